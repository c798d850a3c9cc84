"""The chapter that a command is about: named, or the one where the learner is."""

from __future__ import annotations

from typing import Annotated

import typer

from workbook.course import Chapter, Course
from workbook.learner import progress

LAST = "the one opened or checked last"
ON = f"{LAST}; once it is solved, the first unfinished one"
ChapterArgument = Annotated[str | None, typer.Argument(metavar="[NN]", help=f"A chapter; without it, {LAST}.")]
NextChapterArgument = Annotated[str | None, typer.Argument(metavar="[NN]", help=f"A chapter; without it, {ON}.")]


def chosen(course: Course, number: str | None) -> Chapter:
    """The chapter that was named, else the one opened or checked last, else the first."""
    return course.find(number) if number else progress.last(course)


def chosen_next(course: Course, number: str | None) -> Chapter:
    """The same, but for one that is solved: then the learner goes on to the first unfinished one."""
    return course.find(number) if number else progress.here(course) or progress.last(course)
