"""Remembers what a check came to: progress, and how long each file took."""

from __future__ import annotations

from workbook.course import Chapter
from workbook.learner import progress, timings
from workbook.learner.checking import Check


def record(chapter: Chapter, check: Check) -> Check:
    """Remember it, and give it back. A chapter that was done once stays done."""
    timings.remember(chapter, check.run.outcomes)
    with progress.changed(chapter.root) as remembered:
        entry = remembered.of(chapter)
        entry.done = entry.done or check.passed
        remembered.current = chapter.name
    return check
