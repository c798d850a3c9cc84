"""Red and green in a notebook are real runs, and the notebook is held to what it claims."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from walks import hello as hello
from walks import store as store
from walks import text, walking

from workbook.chapters import difference
from workbook.nb import green, red
from workbook.nb.notebook_session import NotebookSession
from workbook.nb.test_runs import SHUFFLED, ClaimError, options
from workbook.runner import Outcome, Run, Runner
from workbook.runner.causes import NoTest
from workbook.runner.result import Status, broken
from workbook.system.errors import UserError

GREETING = "tests/test_hello.py::test_hello_greets_the_world"
UNROUTED = {"shelf/main.py": ["hello"]}
ANSWERED = Outcome("tests/test_x.py::test_x", "It answers.", "failed", "AssertionError", "assert 404 == 200")


class Scripted(Runner):
    """Gives the runs that it is told to, and keeps what it was given to test."""

    def __init__(self, statuses: Sequence[Status]) -> None:
        super().__init__()
        self._statuses = list(statuses)
        self.tested: dict[str, str] = {}

    def run(self, folder: Path, *_: Any, **__: Any) -> Run:
        self.tested = difference.texts(folder)
        status = self._statuses.pop(0)
        return broken(NoTest("tests")) if status == "broken" else Run(status, (ANSWERED,) if status == "red" else ())


LEAVES_SOMETHING = "def test_nobody_was_here():\n    import pathlib\n    pathlib.Path('guest').mkdir()\n"


def test_red_shows_a_real_failure(hello: NotebookSession) -> None:
    """Without its route the greeting is 404; the card says so in words, plain and as HTML."""
    shown = red(GREETING, without=UNROUTED, expect="assert 404 == 200")

    assert shown.plain.startswith(f"pytest {GREETING}  ·  without hello in shelf/main.py\n✗ ")
    assert "GET /hello answers 200 and a greeting." in shown.plain
    assert "GET /hello answers 200 and a greeting." in text(shown)


def test_green_shows_that_all_pass(store: NotebookSession) -> None:
    """The chapter's suite, on a database that was made for it."""
    assert "✓" in green().plain


def test_the_same_run_gives_the_same_output(store: NotebookSession) -> None:
    """No times, no temporary paths, no names of databases: nbval may compare it."""
    first, second = (red(GREETING, without=UNROUTED) for _ in range(2))

    assert (first.plain, first.html) == (second.plain, second.html)


@pytest.mark.parametrize(
    ("statuses", "how", "said"),
    [
        pytest.param(["green"], {}, "should be red, and are not", id="green"),
        pytest.param(["broken"], {}, "should be red, and are not", id="broken"),
        pytest.param(["red"], {"expect": "500"}, "'500' is in none of the failures", id="another-failure"),
        pytest.param(["red"], {"runs": 2}, "should be red in run 2, and are not", id="red-too-early"),
        pytest.param(["green", "green"], {"runs": 2}, "should be red in run 2, and are not", id="never-red"),
    ],
)
def test_red_is_held_to_its_claim(statuses: list[Status], how: dict[str, Any], said: str) -> None:
    """A cell that should show a failure fails when there is none, another one, or no run at all."""
    with walking("01_hello", Scripted(statuses)), pytest.raises(ClaimError, match=said):
        red(**how)


@pytest.mark.parametrize("statuses", [["red"], ["broken"], ["green", "red"]], ids=["red", "broken", "red-later"])
def test_green_is_held_to_its_claim(statuses: list[Status]) -> None:
    """A cell that should show a pass fails when a test fails, in whichever run."""
    with walking("01_hello", Scripted(statuses)), pytest.raises(ClaimError, match="should be green, and are not"):
        green(runs=2)


@pytest.mark.parametrize(
    ("target", "what", "todo"),
    [
        pytest.param("tests/test_helo.py", "This chapter has no tests/test_helo.py.", "tests/test_hello.py", id="file"),
        pytest.param(
            "tests/test_hello.py::test_helo", "There is no test_helo in", "There is test_hello_greets", id="test"
        ),
    ],
)
def test_a_target_that_is_not_there_is_said_with_those_that_are(
    hello: NotebookSession, target: str, what: str, todo: str
) -> None:
    """A slip of the pen in a cell has nothing to do with the learner's copy."""
    with pytest.raises(UserError) as error:
        green(target)

    assert what in error.value.what
    assert todo in error.value.todo


def test_a_cell_that_was_run_before_says_how_to_begin_anew() -> None:
    """On a kept database the second run of a cell may be red."""
    with walking("01_hello", Scripted(["green", "red"])):
        green(GREETING)
        with pytest.raises(ClaimError, match="Run the first cell to start over"):
            green(GREETING, database="kept")


def test_runs_share_one_folder_and_one_database(hello: NotebookSession) -> None:
    """A test that leaves something behind is green once, then red; both are shown."""
    plain = red("tests/test_guest.py", files={"tests/test_guest.py": LEAVES_SOMETHING}, runs=2).plain

    assert plain.index("run 1\n✓") < plain.index("run 2\n✗")


def test_on_takes_the_app_of_another_stage(store: NotebookSession) -> None:
    """This chapter's tests on the app as it was before: what is new is red."""
    plain = red("tests/test_items.py", on="01_hello", files={"tests/conftest.py": CONFTEST}, expect="404 == 201").plain

    assert "on the app of 01_hello" in plain


CONFTEST = """
import pytest
from fastapi.testclient import TestClient
from shelf.main import app

@pytest.fixture
def client():
    return TestClient(app)
"""


def test_swap_tries_another_line() -> None:
    """One piece of the app is replaced in the copy that is tested, and the card says so."""
    runner = Scripted(["red"])
    with walking("01_hello", runner):
        shown = red(swap={"shelf/main.py": {'"hello, world"': '"good morning"'}})

    assert 'return {"message": "good morning"}' in runner.tested["shelf/main.py"]
    assert "with changes in shelf/main.py" in shown.plain


def test_a_card_says_how_in_the_ink_around_it() -> None:
    """The line above a card stands on no panel, and is fainter without a colour of its own."""
    with walking("01_hello", Scripted(["green"])):
        said = green("tests").html.partition("pytest tests")[0]

    assert "opacity:" in said
    assert "color:" not in said


def test_a_file_that_is_put_in_is_said_to_be_our_own() -> None:
    """It need not be another one: the chapter may have none of that name."""
    with walking("01_hello", Scripted(["green"])):
        assert "with our own tests/test_x.py" in green(files={"tests/test_x.py": ""}).plain


def test_times_are_counted_in_the_headline(hello: NotebookSession) -> None:
    """Every requirement was asked so many times, which is the point of the cell."""
    assert "✓ All 2 requirements are met, 3 times each." in green("tests", times=3).plain.splitlines()


def test_times_are_for_files(hello: NotebookSession) -> None:
    """pytest asks a single test once, however often it is named, so nothing else may be claimed."""
    with pytest.raises(UserError, match="cannot be asked for several times"):
        green(GREETING, times=3)


def test_shuffled_and_parallel_are_asked_of_pytest() -> None:
    """The order is always the same other one, so that the output is too."""
    assert options({"shuffled": True, "parallel": 2}) == (*SHUFFLED, "-p", "xdist", "-n", "2")


def test_a_kept_database_is_found_again(store: NotebookSession) -> None:
    """Two cells may use one database, by the name that they give it."""
    makes = "CREATE TABLE guest ()"
    asks = f"""
import os, psycopg2

def test_nobody_was_here():
    connection = psycopg2.connect(os.environ["DATABASE_URL"].replace("+psycopg2", ""))
    with connection, connection.cursor() as cursor:
        cursor.execute("{makes}")
    connection.close()
"""
    files = {"tests/test_guest.py": asks}
    green("tests/test_guest.py", files=files, database="kept")

    assert red("tests/test_guest.py", files=files, database="kept", expect="already exists")
