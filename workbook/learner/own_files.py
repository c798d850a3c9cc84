"""What can be said of the learner's files before they are run: empty, not readable, untouched, in the wrong folder."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

from workbook.chapters import difference, released
from workbook.chapters.targets import OF_TESTS
from workbook.chapters.workspace import KEPT_BACK
from workbook.course import Chapter
from workbook.learner import desk, misplaced
from workbook.report.card import Card
from workbook.system.invocation import call

MARKS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}
UTF_8 = "Save the file with the encoding UTF-8; editors show the encoding in their last line."


def changed(chapter: Chapter) -> list[str]:
    """The files that are judged and differ from the chapter's: changed, removed, or added beside them."""
    mine = difference.files(desk.require(chapter), without=KEPT_BACK)
    theirs = difference.files(chapter.folder, without=KEPT_BACK)
    edited = {path for path in chapter.exercise.edit if not released.is_as_released(chapter, path, chapter.desk / path)}
    added = {path for path in mine if path not in theirs and path.endswith(".py") and not path.startswith(OF_TESTS)}
    return sorted(path for path in edited | added if path in mine or path in theirs)


def unjudgeable(chapter: Chapter, mine: Sequence[str], edited: Sequence[str]) -> Card | None:
    """Why no run could say anything about the copy; None where one can.

    `mine` are the files that `changed` names, `edited` those of the chapter that aren't as they were released.
    """
    return (
        _of_the_workbook(chapter, misplaced.supplied(chapter, edited))
        or _missing(chapter)
        or (None if mine else _in_the_wrong_folder(chapter, misplaced.found(chapter, edited)))
        or _unreadable(chapter, mine)
    )


def _of_the_workbook(chapter: Chapter, edited: Sequence[str]) -> Card | None:
    if not edited:
        return None
    more = f" and {len(edited) - 1} more differ" if len(edited) > 1 else " differs"
    place = desk.shown(chapter, chapter.folder)
    todo = f"Bring {'them' if len(edited) > 1 else 'it'} back: `git checkout -- {place}`. Then check again."
    return Card(False, f"This check is not the one that was released: {place}/{edited[0]}{more}.", todo=todo)


def _missing(chapter: Chapter) -> Card | None:
    """A file that the learner is to edit was there and is gone."""
    for file in chapter.exercise.edit:
        if (chapter.folder / file).is_file() and not (chapter.desk / file).is_file():
            there, again = desk.shown(chapter, chapter.folder / file), call(f"reset {chapter.number}")
            return Card(
                False, f"{file} is missing from your copy.", todo=f"Bring it back from {there}, or run `{again}`."
            )
    return None


def _in_the_wrong_folder(chapter: Chapter, edited: Sequence[str]) -> Card | None:
    if not edited:
        return None
    there, mine = (desk.shown(chapter, place / edited[0]) for place in (chapter.folder, chapter.desk))
    return Card(
        False,
        f"You edited {there}; your copy {mine} is still as it was opened.",
        todo=f"`{call(f'open {chapter.number} --move')}` moves your change over. Then check again.",
    )


def _unreadable(chapter: Chapter, mine: Sequence[str]) -> Card | None:
    for file in mine:
        content = (chapter.desk / file).read_bytes() if (chapter.desk / file).is_file() else b""
        there = chapter.folder / file
        if not content.strip() and there.is_file() and there.read_bytes().strip():
            todo = f"Undo in your editor, or begin again with `{call(f'reset {chapter.number}')}`."
            return Card(False, f"{file} is empty.", todo=todo)
        mark = next((name for mark, name in MARKS.items() if content.startswith(mark)), "")
        if mark or b"\0" in content:
            return Card(False, f"{file} is saved as {mark or 'UTF-16 or as no text'}, and not as UTF-8.", todo=UTF_8)
    return None
