"""Minutes are measured by what there is to read, guess, run and write."""

from __future__ import annotations

import pytest
from toy_notebooks import Cell, code, markdown, printed, stored
from toys import Toy

from workbook.authors import minutes, prose

BLANK = "def add():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
GUESS = '<details class="guess"><summary>409</summary>\n\nYes.\n\n</details>'


@pytest.mark.parametrize(
    ("cells", "more"),
    [
        pytest.param([markdown("word " * prose.SPEED)], 1, id="read"),
        pytest.param([code("1\n2")], minutes.RUN + 2 * minutes.LINE, id="run"),
        pytest.param([code("1", printed("a\nb\n"))], minutes.RUN + 3 * minutes.LINE, id="look"),
        pytest.param([code(BLANK)], minutes.RUN + 2 * minutes.LINE + minutes.WRITE, id="write"),
        pytest.param([markdown(GUESS)], minutes.GUESS, id="guess"),
    ],
)
def test_minutes_grow_with_what_there_is_to_do(cells: list[Cell], more: float) -> None:
    """Each kind of work has its price."""
    assert minutes.measured(cells) == pytest.approx(more, abs=0.02)


def test_long_output_is_skimmed() -> None:
    """A thousand lines take no longer than the first few."""
    long, longer = (minutes.measured([code("1", printed("a\n" * lines))]) for lines in (minutes.SHOWN, 1000))

    assert long == longer


def test_minutes_outside_the_declared_range_are_found(toy: Toy) -> None:
    """The finding says what was measured and what is declared."""
    (hello, _) = toy.course.chapters
    stored(toy.root / "notebooks", markdown("word " * prose.SPEED * 100))

    (found,) = minutes.findings(hello)

    assert found.startswith("01_hello: a walk takes 100 minutes")
