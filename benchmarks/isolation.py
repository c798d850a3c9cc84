"""What it costs to begin each test with empty tables: as the suites do it, against dropping and creating them.

    python benchmarks/isolation.py          # in the activated .venv; ratios within this run

pytest runs the same test on the newest stage of the first part, with one table and with ten, and reports what setup
and teardown took. `conftest.py` is the stage's own; only the two ways that it does not ship are written here.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from workbook import course  # noqa: E402
from workbook.chapters.workspace import workspace  # noqa: E402
from workbook.postgres.chapter_databases import database  # noqa: E402

CHAPTER, ROUNDS, TABLES = "07", 40, (1, 10)
WAYS = {
    "test_as_shipped": "savepoint, as shipped",
    "test_drop_and_create": "drop and create the tables",
    "test_database": "create and drop a database",
}

TEST = """
import os
import pytest
from sqlalchemy import Column, Integer, String, Table, func, select
from sqlalchemy.orm import Session
from {package}.database import Base
from {package}.models import UserInfo
from tests.conftest import new_database

for number in range(1, int(os.environ["TABLES"])):
    Table(f"t{{number}}", Base.metadata, Column("id", Integer, primary_key=True), Column("name", String(50)))

rounds = pytest.mark.parametrize("number", range({rounds}))


@pytest.fixture
def recreated(engine):
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session


@pytest.fixture
def alone():
    with new_database() as engine, Session(engine) as session:
        yield session


def store(session):
    assert session.scalar(select(func.count()).select_from(UserInfo)) == 0
    session.add(UserInfo(username="grace", password="-", fullname="Grace Hopper"))
    session.commit()


@rounds
def test_as_shipped(session, number):
    store(session)


@rounds
def test_drop_and_create(recreated, number):
    store(recreated)


@rounds
def test_database(alone, number):
    store(alone)
"""
PLUGIN = """
import json

times = {}


def pytest_runtest_logreport(report):
    if report.when != "call":
        test, number = report.nodeid.rpartition("::")[2].rstrip("]").split("[")
        times.setdefault(test, {}).setdefault(number, 0.0)
        times[test][number] += report.duration


def pytest_sessionfinish():
    with open("times.json", "w", encoding="utf-8") as file:
        json.dump({test: list(rounds.values())[1:] for test, rounds in times.items()}, file)
"""


def main() -> None:
    chapter = course.load(ROOT).find(CHAPTER)
    print(f"{chapter.slug}: setup and teardown of a test that stores one row, median of {ROUNDS - 1}")
    for tables in TABLES:
        test = TEST.format(package=chapter.package, rounds=ROUNDS)
        with workspace(chapter, files={"tests/test_cost.py": test, "costs.py": PLUGIN}) as folder:
            times = measured(folder, tables, dict(chapter.environment))
        shipped = times["test_as_shipped"]
        print(f"  {tables} table{'s' if tables > 1 else ''}")
        for way, name in WAYS.items():
            print(f"    {name:27} {times[way] * 1e3:7.2f} ms   shipped / this {shipped / times[way]:.3f}")


def measured(folder: Path, tables: int, settings: dict[str, str]) -> dict[str, float]:
    """Median seconds of setup and teardown, by test."""
    chapter = course.load(ROOT).find(CHAPTER)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "costs", "tests/test_cost.py"]
    with database(chapter, "isolation") as url:
        env = os.environ | settings | {"DATABASE_URL": url, "TABLES": str(tables), "PYTHONPATH": str(folder)}
        env |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        subprocess.run(command, cwd=folder, env=env, stdout=subprocess.PIPE, check=True)
    times: dict[str, list[float]] = json.loads((folder / "times.json").read_text(encoding="utf-8"))
    return {test: statistics.median(seconds) for test, seconds in times.items()}


if __name__ == "__main__":
    main()
