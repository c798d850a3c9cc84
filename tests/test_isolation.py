"""Whatever a suite leaves behind is found: `test_stages.py` holds every chapter to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from workbook.authors import leak_check
from workbook.authors.leak_check import leftovers, state
from workbook.postgres import databases
from workbook.postgres.connection import connected, name_of
from workbook.runner import Run, Runner

OPENS = '''
import os

import psycopg2

LEFT = []


def test_something() -> None:
    """A connection is opened and never closed."""
    LEFT.append(psycopg2.connect(os.environ["DATABASE_URL"].replace("+psycopg2", "")))
    LEFT[0].cursor().execute("SELECT 'forgotten'")
'''


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A database with one table in it, which is empty."""
    with databases.fresh("isolation") as made:
        execute(made, 'CREATE TABLE "Shelf" (thing text)')
        yield made


def execute(url: str, statement: str) -> None:
    with connected(url) as connection, connection.cursor() as cursor:
        cursor.execute(statement)


def test_isolation_finds_nothing_where_nothing_is_left(url: str, tmp_path: Path) -> None:
    """What was there before is nobody's leftover."""
    before = state(tmp_path, url)

    assert leftovers(before, state(tmp_path, url)) == []


def test_isolation_finds_files(tmp_path: Path) -> None:
    """Files that appeared and files that are gone, below the folder as well."""
    (tmp_path / "old.txt").touch()
    before = state(tmp_path, "sqlite://")
    (tmp_path / "old.txt").unlink()
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "new.txt").touch()

    found = leftovers(before, state(tmp_path, "sqlite://"))

    assert found == ["it leaves the file logs/new.txt.", "it removes the file old.txt."]


@pytest.mark.parametrize(
    ("does", "undoes", "finding"),
    [
        pytest.param(
            """INSERT INTO "Shelf" VALUES ('pencil')""",
            'DELETE FROM "Shelf"',
            'it leaves rows in public."Shelf": 1.',
            id="row",
        ),
        pytest.param("CREATE SCHEMA cellar", "DROP SCHEMA cellar", "it leaves the schema cellar.", id="schema"),
    ],
)
def test_isolation_finds_what_is_left_in_the_database(
    does: str, undoes: str, finding: str, url: str, tmp_path: Path
) -> None:
    """A row or a schema that a suite made and did not remove."""
    before = state(tmp_path, url)
    execute(url, does)

    found = leftovers(before, state(tmp_path, url))
    execute(url, undoes)

    assert found == [finding]


def test_isolation_finds_databases(url: str, tmp_path: Path) -> None:
    """A database that takes its name from ours, as that of a suite for its tests does."""
    before = state(tmp_path, url)
    other = f"{name_of(url)}_test"
    execute(url, f"CREATE DATABASE {other}")

    found = leftovers(before, state(tmp_path, url))
    execute(url, f"DROP DATABASE {other}")

    assert found == [f"it leaves the database {other}."]


def test_isolation_finds_connections(url: str, tmp_path: Path) -> None:
    """A connection of a process that outlived the run."""
    before = state(tmp_path, url)

    with connected(url):
        found = leftovers(before, state(tmp_path, url))

    assert found == ["it leaves connections open: 1."]


def test_isolation_finds_a_transaction_that_a_test_left_open(url: str, tmp_path: Path, runner: Runner) -> None:
    """The last test of the run names the statement of the connection that is still in a transaction."""
    run = suite(tmp_path, OPENS, url, runner)

    assert run.status == "red"
    assert "SELECT 'forgotten'" in run.failed[0].message
    assert run.failed[0].test == f"{leak_check.LAST_FILE}::test_no_transaction_is_left_open"


def test_isolation_takes_its_last_test_away_again(url: str, tmp_path: Path, runner: Runner) -> None:
    """A suite that closes what it opens passes, and its folder is as before."""
    run = suite(tmp_path, OPENS + "    LEFT[0].close()\n", url, runner)

    assert [one.outcome for one in run.outcomes] == ["passed", "passed"]
    assert not (tmp_path / leak_check.LAST_FILE).exists()


def suite(folder: Path, text: str, url: str, runner: Runner) -> Run:
    """Run one test file together with the last test."""
    (folder / "tests").mkdir()
    (folder / "tests" / "test_something.py").write_text(text, encoding="utf-8", newline="\n")
    with leak_check.last_test(folder, url):
        return runner.run(folder, ("tests",), database_url=url, env={"PGAPPNAME": folder.name})
