"""`workbook test`: pytest over the course, with what the person adds."""

from __future__ import annotations

import pytest
from toys import Toy

from workbook.authors import testing


@pytest.mark.parametrize(
    ("arguments", "handed_on"),
    [
        pytest.param([], ["tests/course"], id="all"),
        pytest.param(["-x", "-k", "lock"], ["-x", "-k", "lock"], id="options"),
        pytest.param(["tests/test_ci.py"], ["tests/test_ci.py"], id="path"),
        pytest.param(["2"], ["tests/course", "-k", "02_store or of_the_course"], id="number"),
        pytest.param(["--maxfail", "2"], ["--maxfail", "2"], id="number-of-an-option"),
        pytest.param(
            ["01_hello", "02", "-v"],
            ["tests/course", "-k", "01_hello or 02_store or of_the_course", "-v"],
            id="chapters",
        ),
    ],
)
def test_test_hands_arguments_on(toy: Toy, arguments: list[str], handed_on: list[str]) -> None:
    """Nothing means the course, a chapter what is parametrised with it; options and paths are pytest's."""
    assert testing.command(toy.course, arguments, 4)[7:] == handed_on


def test_test_uses_every_processor(toy: Toy) -> None:
    """Three workers for two of those that this process may use: some of them always wait."""
    workers = [testing.command(toy.course, [], processors)[3:7] for processors in (1, 2, 4)]
    assert workers == [["-p", "xdist", "-n", count] for count in ("1", "3", "6")]


def test_test_shows_what_pytest_says_and_ends_as_it_ends(toy: Toy) -> None:
    """Its closing lines and its exit code are those that the person sees."""
    done = toy.workbook("test", "-n", "0", "tests/test_of_nothing.py")
    assert (done.code, "no tests ran" in done.stdout) == (4, True), done.text


def test_test_of_an_unknown_chapter_is_explained(toy: Toy) -> None:
    """A sentence, not a run of nothing."""
    assert "There is no chapter '77'" in toy.workbook("test", "77").stderr
