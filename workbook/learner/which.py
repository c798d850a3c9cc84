"""The chapter that a command is about: named, or the one where the learner is."""

from __future__ import annotations

from typing import Annotated

import typer

from workbook.course import Chapter, Course
from workbook.learner import progress

HERE = "the one opened or checked last; once it is solved, the first unfinished one"  # what `progress.here` says
Which = Annotated[str | None, typer.Argument(metavar="[NN]", help=f"A chapter; without it, {HERE}.")]


def chosen(course: Course, number: str | None) -> Chapter:
    """The chapter that was named, else the one the learner is at, else the last one."""
    return course.find(number) if number else progress.here(course) or course.chapters[-1]
