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
from workbook.nb import magics, request
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


def test_open_makes_a_copy_and_says_what_to_do(walk: NotebookSession) -> None:
    """As in the terminal; a second time it is left as it is."""
    first, second = magics.open_(), magics.open_()

    assert first.plain.startswith("✓ desk/01_hello is your copy.")
    assert walk.chapter.exercise.task in first.plain
    assert "Edit desk/01_hello/shelf/main.py, then run %check 01." in text(second)
    assert "as you left it" in second.plain


def test_solution_waits_until_it_is_solved(walk: NotebookSession) -> None:
    """Or until somebody gives up, which is remembered."""
    desk.open_copy(walk.chapter)
    with pytest.raises(UserError) as error:
        magics.solution()

    shown = magics.solution("--give-up")

    assert "%hint 01" in error.value.todo
    assert "shelf/main.py" in shown.plain
    assert progress.load(walk.course.root).of(walk.chapter).gave_up


def test_reset_is_of_the_copy_and_not_of_the_notebook(walk: NotebookSession) -> None:
    """IPython has a %reset that forgets every name; ours sets the copy aside."""
    desk.open_copy(walk.chapter)
    lay_over(walk.chapter.solution, walk.chapter.desk)

    shown = magics.reset()

    assert len(desk.copies_aside(walk.chapter)) == 1
    assert "desk/01_hello is a fresh copy" in shown.plain
    assert "names are untouched" in shown.plain


def test_request_asks_the_copy_when_it_is_told(walk: NotebookSession) -> None:
    """The chapter's app and the learner's differ, and the exchange says whom it asked."""
    main = desk.open_copy(walk.chapter) and walk.chapter.desk / "shelf/main.py"
    assert main
    main.write_text(main.read_text(encoding="utf-8").replace("hello, world", "hello, me"), encoding="utf-8")

    theirs, mine = request("GET", "/hello"), request("GET", "/hello", mine=True)

    assert theirs.json() == {"message": "hello, world"}
    assert mine.json() == {"message": "hello, me"}
    assert "asked your copy, desk/01_hello" in mine.plain
    assert "asked" not in theirs.plain


def test_request_says_why_the_copy_does_not_answer(walk: NotebookSession) -> None:
    """Its app does not start."""
    desk.open_copy(walk.chapter)
    (walk.chapter.desk / "shelf/main.py").write_text("1 / 0\n", encoding="utf-8")

    with pytest.raises(UserError, match="ZeroDivisionError: division by zero"):
        request("GET", "/hello", mine=True)


def test_all_are_known_to_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a notebook they are written with a percent sign."""
    known: list[str] = []
    kernel = SimpleNamespace(
        register_magic_function=lambda _magic, kind, name: known.append(f"{kind} {name}"),
        set_custom_exc=lambda kinds, show: None,
    )
    monkeypatch.setattr(IPython, "get_ipython", lambda: kernel)

    magics.register()

    assert known == [*(f"line {name}" for name in ("open", "check", "hint", "solution", "reset")), "cell attempt"]
