"""What a suite leaves behind: files, rows, schemas, databases, connections."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

LAST_FILE = "tests/test_zz_transactions.py"
LOOKS, PAUSE = 10, 0.05  # seconds between looks at connections that are open

# The connections of a process end with it, so that only a test can see what its neighbours left open.
LAST_TEST = '''
"""The last test of the run looks after the others."""

import os
from contextlib import closing

import psycopg2


def test_no_transaction_is_left_open() -> None:
    """When all other tests are done, no connection of this run is inside a transaction."""
    url = os.environ["DATABASE_URL"].replace("postgresql+psycopg2://", "postgresql://", 1)
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, query FROM pg_stat_activity"
            " WHERE application_name = %s AND pid <> pg_backend_pid() AND state <> 'idle'",
            (os.environ["PGAPPNAME"],),
        )
        assert cursor.fetchall() == []
'''


@dataclass(frozen=True)
class Snapshot:
    """How a folder and a database stand; `rows` are counts by table, in the database itself."""

    files: frozenset[str]
    databases: frozenset[str] = frozenset()
    connections: int = 0
    schemas: frozenset[str] = frozenset()
    rows: Mapping[str, int] = field(default_factory=dict)


def state(folder: Path, url: str) -> Snapshot:
    """Look at the folder, at the database of `url`, and at those whose name begins with its name."""
    files = frozenset(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    if not url.startswith("postgresql"):
        return Snapshot(files)
    from workbook.postgres.connection import connected, name_of

    own = name_of(url)
    with connected(url) as connection, connection.cursor() as cursor:

        def column(query: str, *values: object) -> list[str]:
            cursor.execute(query, values)
            return [str(row[0]) for row in cursor.fetchall()]

        like = own.replace("_", r"\_") + "%"
        databases = column("SELECT datname FROM pg_database WHERE datname LIKE %s", like)
        others = (
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname LIKE %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        open_ = column(others, like)
        for _ in range(LOOKS):  # the server may still be ending one whose client has closed it
            if not open_:
                break
            time.sleep(PAUSE)
            open_ = column(others, like)
        schemas = column("SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE %s", r"pg\_%")
        tables = column(
            "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        rows = {table: int(column(f"SELECT count(*) FROM {table}")[0]) for table in tables}  # quoted by format
        return Snapshot(files, frozenset(databases), len(open_), frozenset(schemas), rows)


@contextmanager
def last_test(folder: Path, url: str) -> Iterator[None]:
    """As long as it lasts, the suite in `folder` has a last test, which finds transactions that others left open."""
    file = folder / LAST_FILE
    if url.startswith("postgresql"):
        file.write_text(LAST_TEST, encoding="utf-8", newline="\n")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def leftovers(before: Snapshot, after: Snapshot) -> list[str]:
    """What is there after a run and was not before, as sentences; empty when the suite cleaned up."""
    found = [f"it leaves the file {one}." for one in sorted(after.files - before.files)]
    found += [f"it removes the file {one}." for one in sorted(before.files - after.files)]
    found += [f"it leaves the database {one}." for one in sorted(after.databases - before.databases)]
    found += [f"it leaves the schema {one}." for one in sorted(after.schemas - before.schemas)]
    if after.connections > before.connections:
        found.append(f"it leaves connections open: {after.connections - before.connections}.")
    for table, count in sorted(after.rows.items()):
        if count != before.rows.get(table, 0):
            found.append(f"it leaves rows in {table}: {count - before.rows.get(table, 0)}.")
    return found
