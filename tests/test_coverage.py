"""Every row of the subject matter is shown by a cell, is to come, or has its reason."""

from __future__ import annotations

import pytest
from toy_notebooks import code, markdown, printed, stored
from toys import Toy

from workbook.authors import coverage

ROW = 'what = "A greeting"'


def listed(toy: Toy, *rows: str) -> Toy:
    """A toy whose first chapter is held to these rows, and whose notebook shows A1 red and right."""
    toy.write("docs/coverage.toml", "\n".join(['held = ["hello"]', "[rows]", *rows]))
    red = code("red()", printed("✗"), covers={"red": ["A1"]})
    stored(toy.root / "notebooks", markdown("# Hello"), markdown("## Greet"), red, code("1", covers={"right": ["A1"]}))
    return toy


def test_a_row_that_is_shown_red_and_right_is_accounted_for(toy: Toy) -> None:
    """Nothing is found, and the page names chapter, section and both kinds."""
    listed(toy, f'A1 = {{ {ROW}, chapters = ["hello"], danger = true }}')

    assert list(coverage.findings(toy.course)) == []
    assert "| A1 | A greeting | `hello` Greet (red, right) |" in coverage.page(toy.course)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        pytest.param('A2 = { what = "X", chapters = ["hello"] }', "no cell shows it right", id="not-shown"),
        pytest.param('A2 = { what = "X", chapters = [] }', "it has no chapter", id="no-chapter"),
        pytest.param('A2 = { what = "X", chapters = ["hello"], danger = true }', "danger red", id="danger-not-shown"),
    ],
)
def test_a_row_that_nothing_accounts_for_is_found(toy: Toy, row: str, said: str) -> None:
    """The finding names the row and says what to declare."""
    listed(toy, f'A1 = {{ {ROW}, chapters = ["hello"] }}', row)

    found = list(coverage.findings(toy.course))

    assert any(one.startswith("A2 (X): ") and said in one for one in found)
    assert all(one.startswith("A2") for one in found)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param('left_out = "old"', "it is left out, and a cell shows it", id="left-out"),
        pytest.param('danger = true, told = "hard"', "its danger is told, and a cell shows it", id="told"),
    ],
)
def test_a_reason_beside_a_cell_that_shows_it_is_found(toy: Toy, more: str, said: str) -> None:
    """A reason that no longer holds has to go."""
    listed(toy, f'A1 = {{ {ROW}, chapters = ["hello"], {more} }}')

    (found,) = coverage.findings(toy.course)

    assert said in found


@pytest.mark.parametrize(
    ("more", "where"),
    [
        pytest.param('chapters = ["goodbye"]', "to come in `goodbye`", id="a-chapter-to-come"),
        pytest.param('chapters = ["store"]', "not traced yet: `store`", id="a-chapter-that-is-not-held"),
        pytest.param('chapters = [], left_out = "old"', "left out: old", id="left-out"),
    ],
)
def test_a_row_without_cells_says_why_on_the_page(toy: Toy, more: str, where: str) -> None:
    """What is to come, not traced or left out is no finding, and is told."""
    listed(toy, f'A1 = {{ {ROW}, chapters = ["hello"] }}', f'A2 = {{ what = "X", {more} }}')

    assert list(coverage.findings(toy.course)) == []
    assert f"| A2 | X | {where} |" in coverage.page(toy.course)


@pytest.mark.parametrize(
    ("covers", "said"),
    [
        pytest.param({"right": ["A9"]}, "no such row", id="unknown-row"),
        pytest.param({"rigth": ["A1"]}, "say red or right", id="misspelt-kind"),
        pytest.param({"red": ["A1"]}, "shows nothing", id="red-without-output"),
    ],
)
def test_a_cell_that_declares_nonsense_is_found(toy: Toy, covers: dict[str, list[str]], said: str) -> None:
    """The finding names chapter and section."""
    listed(toy, f'A1 = {{ {ROW}, chapters = ["hello"] }}')
    both = markdown("## Greet"), code("1", covers={"right": ["A1"]}), code("2", covers=covers)
    stored(toy.root / "notebooks", markdown("# Hello"), *both)

    (found,) = coverage.findings(toy.course)

    assert found.startswith("hello, “Greet”: ")
    assert said in found


def test_the_page_is_written_once_and_then_left_alone(toy: Toy) -> None:
    """A check says that it's out of date and writes nothing."""
    listed(toy, f'A1 = {{ {ROW}, chapters = ["hello"] }}')

    assert "Run `workbook dev coverage`" in coverage.update(toy.course, check=True)[0]
    assert not (toy.root / coverage.PAGE).exists()
    assert coverage.update(toy.course)
    assert coverage.update(toy.course) == []


def test_a_course_that_lists_no_rows_needs_no_page(toy: Toy) -> None:
    """Nothing is written, and nothing is found."""
    assert coverage.update(toy.course) == []
