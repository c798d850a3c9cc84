"""A fix of a chapter reaches a copy that is open already, without touching what the learner wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
from toys import Toy

from workbook.course import Chapter
from workbook.learner import checking, desk, updates
from workbook.runner import Runner

MAIN = "shelf/main.py"
BASE = "a\nb\nc\nd\ne\n"


@pytest.fixture
def chapter(toy: Toy) -> Chapter:
    """A chapter that is open."""
    chapter = toy.course.find("01_hello")
    desk.open_copy(chapter)
    return chapter


def edit(folder: Path, old: str, new: str) -> str:
    file = folder / MAIN
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8", newline="\n")
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("mine", "new", "result"),
    [
        ("a\nb\nc\nd\ne\nf\n", "A\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\nf\n"),
        ("a\nd\ne\n", "a\nb\nc\nd\nE\n", "a\nd\nE\n"),
        (BASE, "a\n", "a\n"),
        ("A\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n"),
        ("a\nB\nc\nd\ne\n", "a\nbb\nc\nd\ne\n", None),
        ("a\nB\nc\nd\ne\n", "a\nb\nC\nd\ne\n", None),
        ("a\nb\nmine\nc\nd\ne\n", "a\nb\ntheirs\nc\nd\ne\n", None),
    ],
    ids=["apart", "removed", "untouched", "the-same", "one-line", "neighbours", "one-place"],
)
def test_two_changes_are_merged_where_they_are_apart(mine: str, new: str, result: str | None) -> None:
    """Lines that both changed are for a person."""
    assert updates.merged(BASE, mine, new) == result


def test_check_notices_that_the_chapter_changed(chapter: Chapter, runner: Runner) -> None:
    """It says so, with the command that carries the change over; before there is one, it says nothing."""
    edit(chapter.desk, "Greet whoever asks.", "Greet them.")
    before = checking.check(chapter, runner).card.notes
    edit(chapter.folder, 'title="shelf"', 'title="a shelf"')

    (note,) = checking.check(chapter, runner).card.notes

    assert before == ()
    assert note.startswith("The chapter changed shelf/main.py since you opened it.")
    assert "open 01 --update" in note


def test_update_carries_the_change_into_the_copy(chapter: Chapter) -> None:
    """Both changes are there afterwards, and there is nothing left to carry."""
    edit(chapter.desk, "Greet whoever asks.", "Greet them.")
    edit(chapter.folder, 'title="shelf"', 'title="a shelf"')

    assert updates.carry(chapter) == ([MAIN], [])

    text = (chapter.desk / MAIN).read_text(encoding="utf-8")
    assert 'title="a shelf"' in text
    assert "Greet them." in text
    assert updates.found(chapter) == []


def test_update_leaves_what_both_changed(chapter: Chapter) -> None:
    """The learner's line stays, and the file is named."""
    mine = edit(chapter.desk, 'title="shelf"', 'title="mine"')
    edit(chapter.folder, 'title="shelf"', 'title="theirs"')

    assert updates.carry(chapter) == ([], [MAIN])
    assert (chapter.desk / MAIN).read_text(encoding="utf-8") == mine
