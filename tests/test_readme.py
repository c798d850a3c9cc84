"""The README's chapter table says what the course declares."""

import pytest
from toys import Toy

from workbook.authors import readme
from workbook.system.errors import UserError

ABOVE, BELOW = "# Toy\n\n<!-- chapters -->\n", "<!-- /chapters -->\n\nThe end.\n"


@pytest.fixture
def described(toy: Toy) -> Toy:
    """A toy with a README whose table is current."""
    toy.write("README.md", ABOVE + BELOW)
    readme.update(toy.course)
    return toy


def test_readme_table_has_a_row_for_each_chapter(toy: Toy) -> None:
    """Each row links the notebook and says exercise, database and minutes."""
    rows = readme.table(toy.course).splitlines()

    assert rows[0] == "**Part 1 · A shelf of things** (`shelf`, 30 min)"
    assert rows[-1] == "| 02 | [Store a thing](notebooks/02_store.ipynb) | catch the defect | PostgreSQL | 10 + 10 |"


def test_readme_table_escapes_bars(toy: Toy) -> None:
    """A bar in a title does not start a new column."""
    toy.edit("chapters/01_hello/chapter.toml", "Say hello", "Say a|b")

    assert r"[Say a\|b](notebooks/01_hello.ipynb)" in readme.table(toy.course)


def test_readme_update_changes_only_the_table(described: Toy) -> None:
    """What stands above and below the markers stays."""
    text = described.read("README.md")

    assert text.startswith(ABOVE)
    assert text.endswith(BELOW)


def test_readme_updated_twice_is_the_same(described: Toy) -> None:
    """A current table is left alone."""
    assert readme.update(described.course) == []


def test_readme_check_finds_an_old_table_and_leaves_it(described: Toy) -> None:
    """A check says what to do and writes nothing."""
    described.edit("chapters/01_hello/chapter.toml", "Say hello", "Say goodbye")
    before = described.read("README.md")

    (finding,) = readme.update(described.course, check=True)

    assert (
        finding == "README.md: the chapter table differs from what is declared. Write it anew: `workbook dev readme`."
    )
    assert described.read("README.md") == before


@pytest.mark.parametrize("text", [ABOVE, BELOW, "# Toy\n"], ids=["no-end", "no-begin", "no-markers"])
def test_readme_without_markers_is_an_error(toy: Toy, text: str) -> None:
    """The markers to put in are named."""
    toy.write("README.md", text)

    with pytest.raises(UserError, match="no place for the chapter table") as error:
        readme.update(toy.course)

    assert "<!-- chapters -->" in error.value.todo


def test_readme_that_is_missing_is_an_error(toy: Toy) -> None:
    """Without a README there is nothing to update."""
    with pytest.raises(UserError, match=r"README\.md is missing"):
        readme.update(toy.course)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "0 min"), (45, "45 min"), (60, "1 h"), (130, "2 h 10 min")],
    ids=["none", "minutes", "hour", "both"],
)
def test_duration_is_said_as_people_do(minutes: int, said: str) -> None:
    """Hours and minutes, without a zero part."""
    assert readme.duration(minutes) == said
