"""An edit in `chapters/` changes no verdict unnoticed: what is supplied is compared with what was released."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from toys import Toy

from workbook import course
from workbook.authors import changes_lock
from workbook.chapters import released
from workbook.course import Chapter
from workbook.learner import checking, desk, misplaced
from workbook.runner import Runner

MAIN, TEST = "shelf/main.py", "exercise/test_exercise.py"


@pytest.fixture
def chapter(toy: Toy) -> Chapter:
    """A released chapter on the desk."""
    changes_lock.lock(toy.course)
    chapter = toy.course.find("01_hello")
    desk.open_copy(chapter)
    return chapter


def solve(chapter: Chapter, folder: Path) -> None:
    shutil.copytree(chapter.solution, folder, dirs_exist_ok=True)


def append(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8", newline="\n")


def test_released_files_are_as_they_were(chapter: Chapter) -> None:
    """Nothing was edited; other ends of lines are no edit."""
    file = chapter.folder / MAIN
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))

    assert released.edited(chapter) == []


@pytest.mark.parametrize("edit", ["changed", "removed", "added"])
def test_released_files_that_differ_are_named(chapter: Chapter, edit: str) -> None:
    """Changed, removed or added."""
    file = chapter.folder / ("tests/test_more.py" if edit == "added" else TEST)
    file.unlink() if edit == "removed" else file.write_text("", encoding="utf-8")

    assert released.edited(chapter) == [file.relative_to(chapter.folder).as_posix()]


@pytest.mark.parametrize("one", course.load().chapters, ids=lambda one: one.slug)
def test_chapters_are_as_they_are_released(one: Chapter) -> None:
    """Every chapter of the course has its fingerprints, and they are current."""
    assert (one.folder / "FILES.lock").is_file()
    assert released.edited(one) == []


def test_check_never_passes_by_a_test_that_was_changed(chapter: Chapter, runner: Runner) -> None:
    """The emptied test is green, and nothing was solved."""
    (chapter.folder / TEST).write_text("def test_nothing() -> None:\n    assert True\n", encoding="utf-8")

    judged = checking.check(chapter, runner)

    assert not judged.passed
    assert (
        judged.card.headline
        == "This check is not the one that was released: chapters/01_hello/exercise/test_exercise.py differs."
    )
    assert judged.card.todo == "Bring it back: `git checkout -- chapters/01_hello`. Then check again."


def test_check_says_that_the_chapter_was_edited_and_not_the_copy(chapter: Chapter, runner: Runner) -> None:
    """The answer was written into chapters/: said with the command that moves it over."""
    solve(chapter, chapter.folder)

    judged = checking.check(chapter, runner)

    assert not judged.passed
    assert judged.card.headline.startswith(
        "You edited chapters/01_hello/shelf/main.py; your copy desk/01_hello/shelf/main.py is still as it was opened."
    )
    assert "open 01 --move" in judged.card.todo


def test_move_brings_the_change_over(chapter: Chapter, runner: Runner) -> None:
    """Afterwards the copy has it, the chapter is as it was released, and the check passes."""
    solve(chapter, chapter.folder)

    moved = misplaced.move(chapter)

    assert moved == [MAIN]
    assert released.edited(chapter) == []
    assert checking.check(chapter, runner).passed


def test_move_overwrites_nothing(chapter: Chapter) -> None:
    """What was in the copy is set aside first."""
    solve(chapter, chapter.folder)
    append(chapter.desk / MAIN, "# mine\n")

    misplaced.move(chapter)

    (aside,) = desk.copies_aside(chapter)
    assert (aside / MAIN).read_text(encoding="utf-8").endswith("# mine\n")
