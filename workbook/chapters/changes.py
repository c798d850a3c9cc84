"""What a chapter changed against the one that it grew from, told from their folders."""

from __future__ import annotations

import re

from workbook import course
from workbook.chapters import difference
from workbook.course import Chapter, Course

LOCK = "CHANGES.diff"  # holds authors to what a chapter is meant to change; nothing else reads it

# Of a chapter's folder, what is not its app: the exercise belongs to one chapter and does not grow into the next.
APART = ("exercise", LOCK)


def changes(course: Course, chapter: Chapter) -> dict[str, str]:
    """The diff of every file that the chapter changed, by its path in the chapter.

    Where an app starts there is nothing before it, so that the whole of it appears as added.
    """
    before = course.before(chapter)
    old = difference.texts(before.folder, without=APART) if before else {}
    return difference.between(old, difference.texts(chapter.folder, without=APART))


def new_tests(chapter: Chapter) -> set[str]:
    """The tests that the chapter added to its suite, as `tests/FILE.py::NAME`, without their cases."""
    added = r"\+(?:async )?def (test_\w+)\("
    changed = changes(course.load(chapter.root), chapter)
    parts = {path: part for path, part in changed.items() if path.startswith("tests/")}
    return {f"{path}::{name}" for path, part in parts.items() for name in re.findall(f"^{added}", part, re.MULTILINE)}
