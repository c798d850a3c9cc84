"""What it costs to go back to empty tables, five ways: one row into one of ten tables, and away with it.

    python benchmarks/resets.py             # in the activated .venv; ratios within this run
    python benchmarks/resets.py --json      # the median seconds, for a program

Everything happens in a new database that is dropped at the end. DATABASE_URL, where it is set, says on which server;
otherwise it is the workbook's.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import sqlalchemy as sa

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from workbook import course  # noqa: E402
from workbook.postgres.chapter_databases import database  # noqa: E402

CHAPTER, ROUNDS = "isolated_tests", 10
METADATA = sa.MetaData()
TABLES = [
    sa.Table(f"t{number}", METADATA, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(50)))
    for number in range(10)
]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print the median seconds instead of a table")
    wanted = parser.parse_args()
    with database(course.load(ROOT).find(CHAPTER), "resets") as address:
        url = sa.make_url(address)
        engine = sa.create_engine(url)
        METADATA.create_all(engine)
        costs = {way.__name__: cost(way, engine) for way in (savepoint, delete, truncate, drop_and_create)}
        engine.dispose()  # a database that is copied has no other connections
        server = sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        costs["template"] = cost(lambda _: template(server, url), engine)
        server.dispose()
    if wanted.json:
        print(json.dumps(costs))
        return
    for way, seconds in costs.items():
        print(f"  {way:16} {seconds * 1e3:8.2f} ms   this / savepoint {seconds / costs['savepoint']:.1f}")


def cost(way: Callable[[sa.Engine], None], engine: sa.Engine) -> float:
    """Median seconds of one test that starts and ends with empty tables."""
    times = []
    for _ in range(ROUNDS):
        started = perf_counter()
        way(engine)
        times.append(perf_counter() - started)
    return statistics.median(times)


def fill(connection: sa.Connection) -> None:
    connection.execute(TABLES[0].insert().values(name="row"))


def savepoint(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        transaction = connection.begin()
        with connection.begin_nested():
            fill(connection)
        transaction.rollback()


def delete(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        fill(connection)
    with engine.begin() as connection:
        for table in TABLES:
            connection.execute(table.delete())


def truncate(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        fill(connection)
    with engine.begin() as connection:
        connection.execute(sa.text("TRUNCATE " + ", ".join(table.name for table in TABLES)))


def drop_and_create(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        fill(connection)
    METADATA.drop_all(engine)
    METADATA.create_all(engine)


def template(server: sa.Engine, url: sa.URL) -> None:
    name = f"{url.database}_clone"
    with server.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"'))
        clone = sa.create_engine(url.set(database=name))
        with clone.begin() as inside:
            fill(inside)
        clone.dispose()
        connection.execute(sa.text(f'DROP DATABASE "{name}"'))


if __name__ == "__main__":
    main()
