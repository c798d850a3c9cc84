"""`%check` and `%hint` judge the learner's own copy from inside a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import IPython
import pytest
from toys import Toy
from walks import text, walking

from workbook.chapters.workspace import lay_over
from workbook.learner import desk, progress
from workbook.nb import magics
from workbook.nb.notebook_session import NotebookSession
from workbook.runner import Runner
from workbook.system.errors import UserError


@pytest.fixture
def walk(toy: Toy, runner: Runner) -> Iterator[NotebookSession]:
    """A walk through a copy of the toy course, which may have a desk."""
    with walking("01_hello", runner, toy.root) as walk:
        yield walk


def test_check_judges_the_learner_s_copy(walk: NotebookSession) -> None:
    """The untouched exercise is red, in words and as a card."""
    desk.open_copy(walk.chapter)

    shown = magics.check()

    assert shown.plain.startswith("✗ ")
    assert shown.plain.splitlines()[0].removeprefix("✗ ") in text(shown)


def test_check_that_passes_is_remembered(walk: NotebookSession) -> None:
    """A chapter that is solved in a notebook is done in the terminal too."""
    desk.open_copy(walk.chapter)
    lay_over(walk.chapter.solution, walk.chapter.desk)

    shown = magics.check()

    assert shown.plain.startswith("✓ ")
    assert progress.load(walk.course.root).of(walk.chapter).done


def test_check_needs_a_copy(walk: NotebookSession) -> None:
    """Without one, the learner is told how to make it."""
    with pytest.raises(UserError) as error:
        magics.check()

    assert "open 01" in error.value.todo


def test_hint_gives_one_at_a_time(walk: NotebookSession) -> None:
    """The second call gives the second hint."""
    first, second = magics.hint(), magics.hint()

    assert first.plain == f"Chapter 01 · Hint 1 of 2: {walk.chapter.exercise.hints[0]}"
    assert text(second).strip().startswith("Chapter 01 · Hint 2 of 2: ")


def test_hint_is_for_the_chapter_that_is_named(walk: NotebookSession) -> None:
    """With a number it is that chapter's hint that is shown and counted, as in the terminal."""
    other = walk.course.find("02")

    shown = magics.hint(" 2 ")

    assert shown.plain.startswith(f"Chapter 02 · Hint 1 of {len(other.exercise.hints)}: ")
    remembered = progress.load(walk.course.root)
    assert (remembered.of(walk.chapter).hints, remembered.of(other).hints) == (0, 1)


def test_check_is_of_the_chapter_that_is_named(walk: NotebookSession) -> None:
    """With a number it is that chapter's copy that is judged, in full where that is asked for as well."""
    desk.open_copy(walk.chapter)

    with pytest.raises(UserError) as error:
        magics.check("--full 02")

    assert "open 02" in error.value.todo


@pytest.mark.parametrize("line", ["--ful", "02 --verbose"])
def test_an_unknown_option_is_an_error(line: str, walk: NotebookSession) -> None:
    """It is said, and not taken for a chapter."""
    with pytest.raises(UserError, match="--"):
        magics.check(line)


@pytest.mark.parametrize("line", ["99", "01 02"])
def test_an_unknown_chapter_is_an_error(line: str, walk: NotebookSession) -> None:
    """Nothing is shown of a chapter that was not meant."""
    with pytest.raises(UserError):
        magics.hint(line)


def test_both_are_known_to_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a notebook they are written with a percent sign."""
    known: list[str] = []
    kernel = SimpleNamespace(register_magic_function=lambda _magic, kind, name: known.append(f"{kind} {name}"))
    monkeypatch.setattr(IPython, "get_ipython", lambda: kernel)

    magics.register()

    assert known == ["line check", "line hint", "cell attempt"]
