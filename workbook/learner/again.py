"""Begins an exercise again, or shows its solution: what is done, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.course import Chapter
from workbook.learner import desk, progress
from workbook.system.errors import UserError
from workbook.system.invocation import call


def reset(chapter: Chapter) -> Iterator[str]:
    """Make a fresh copy and empty its database; says, line by line, what came of it."""
    if aside := desk.reset(chapter):
        yield f"✓ What you had is in {desk.shown(chapter, aside)}."
        yield f"  `{call(f'restore {chapter.number}')}` brings it back."
        yield f"✓ {desk.shown(chapter, chapter.desk)} is a fresh copy."
    else:
        yield f"✓ {desk.shown(chapter, chapter.desk)} is as it was opened; there was nothing to set aside."
    if said := desk.reset_database(chapter):
        yield said


def solution(chapter: Chapter, *, give_up: bool, how: str) -> str:
    """The solution as a diff to the copy; raises `UserError` before the exercise is solved, or without `give_up`."""
    with progress.changed(chapter.root) as remembered:
        entry = remembered.of(chapter)
        if not entry.done and not give_up:
            raise UserError(f"You have not solved {chapter.slug} yet.", how)
        entry.gave_up = entry.gave_up or not entry.done
    return "".join(desk.to_solution(chapter).values())
