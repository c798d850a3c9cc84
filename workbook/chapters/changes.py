"""What a chapter changed against the one that it grew from, told from their folders."""

from __future__ import annotations

import re
from pathlib import Path

from workbook.chapters import difference
from workbook.chapters.targets import SUITE
from workbook.course import DECLARED, Chapter, Course

LOCK = "CHANGES.diff"  # holds authors to what a chapter is meant to change; nothing else reads it
FINGERPRINTS = "FILES.lock"  # tells a check whether the chapter is as it was released

# Of a chapter's folder, what is not its app: the exercise belongs to one chapter and does not grow into the next.
APART = ("exercise", LOCK, FINGERPRINTS, DECLARED)


def changes(course: Course, chapter: Chapter) -> dict[str, str]:
    """The diff of every file that the chapter changed, by its path in the chapter.

    Where an app starts there is nothing before it, so that the whole of it appears as added.
    """
    before = course.before(chapter)
    old = difference.texts(before.folder, without=APART) if before else {}
    return difference.between(old, difference.texts(chapter.folder, without=APART))


def new_tests(course: Course, chapter: Chapter) -> set[str]:
    """The tests that the chapter added to its suite, as `tests/FILE.py::NAME`, without their cases."""
    before = course.before(chapter)
    return _tests(chapter.folder) - (_tests(before.folder) if before else set())


def _tests(folder: Path) -> set[str]:
    return {
        f"{SUITE[0]}/{path}::{name}"
        for path, text in difference.texts(folder / SUITE[0]).items()
        for name in re.findall(r"^(?:async )?def (test_\w+)\(", text, re.MULTILINE)
    }
