"""Work that was done in `chapters/` and not in the learner's copy: found, and moved over."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from workbook.chapters import released
from workbook.course import Chapter
from workbook.learner import desk
from workbook.system.errors import UserError
from workbook.system.invocation import call


def found(chapter: Chapter, edited: Sequence[str]) -> list[str]:
    """Of the files that were edited in `chapters/`, as `released` says, those that are the learner's to edit."""
    return [path for path in edited if path in chapter.exercise.edit]


def supplied(chapter: Chapter, edited: Sequence[str]) -> list[str]:
    """Those of the workbook's own, by which nothing can be judged."""
    return [path for path in edited if path not in chapter.exercise.edit]


def move(chapter: Chapter) -> list[str]:
    """Take what was edited in `chapters/` into the copy, and bring the chapter's own files back where they are known.

    A copy with work in it is set aside first. Returns the files that were moved; where there are none, `UserError`.
    """
    moved = [path for path in found(chapter, released.edited(chapter)) if (chapter.folder / path).is_file()]
    if not moved:
        raise UserError(
            f"Nothing of yours is in chapters/{chapter.slug}.",
            f"Go on with {desk.shown(chapter, chapter.desk)}; `{call(f'diff {chapter.number}')}` shows what is in it.",
        )
    as_opened = [path for path in moved if released.is_as_released(chapter, path, chapter.desk / path)]
    if as_opened != moved:
        desk.set_aside(chapter)
        desk.open_copy(chapter)  # from the edited chapter
        return moved
    for path in moved:
        original = (chapter.desk / path).read_bytes()
        shutil.copyfile(chapter.folder / path, chapter.desk / path)
        (chapter.folder / path).write_bytes(original)
    return moved
