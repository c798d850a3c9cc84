"""What a PostgreSQL of one's own costs: from nothing, again, and one database more. Prints ratios within this run.

python benchmarks/databases.py                    # with the stage of 03_models
python benchmarks/databases.py 05_isolated_tests --rounds 20
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from workbook import course  # noqa: E402
from workbook.postgres import databases, server  # noqa: E402

# In a process of its own, because the workbook imports no chapter.
TABLES = """
import json, sys, time
from importlib import import_module
part, rounds = sys.argv[1], int(sys.argv[2])
import_module(f"{part}.models")
database = import_module(f"{part}.database")
seconds = []
for _ in range(rounds + 1):
    begun = time.perf_counter()
    database.Base.metadata.create_all(database.engine)
    database.Base.metadata.drop_all(database.engine)
    seconds.append(time.perf_counter() - begun)
print(json.dumps([len(database.Base.metadata.tables), seconds[1:]]))
"""


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("stage", nargs="?", default="03_models", help="number or slug of a chapter with models")
    arguments.add_argument("--rounds", type=int, default=10)
    asked = arguments.parse_args()
    chapter = course.load(ROOT).find(asked.stage)
    with home() as folder:
        starts(folder, asked.rounds)
        clones(chapter, asked.rounds)


def starts(folder: Path, rounds: int) -> None:
    """A usable connection: from nothing, from a stopped server, from one that runs. Each in a new process."""
    cold, warm, running = [], [], []
    for _ in range(rounds):
        server.stop()
        shutil.rmtree(folder / ".workbook", ignore_errors=True)
        cold.append(connection())
        server.stop()
        warm.append(connection())
        running.append(connection())
    print("A usable connection, in a new process, its imports included")
    show("from nothing", cold, cold)
    show("server stopped before", warm, cold)
    show("server running", running, cold)


def connection() -> float:
    """Seconds that a new process needs from its first import to an answer of the server."""
    code = (
        "import time; begun = time.perf_counter()\n"
        "from workbook.postgres.connection import connected, server\n"
        "with connected(server().url) as connection: connection.cursor().execute('SELECT 1')\n"
        "print(time.perf_counter() - begun)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)


def clones(chapter: course.Chapter, rounds: int) -> None:
    """Clean ground for a test: a database from the template, or the stage's tables made and dropped."""
    with databases.fresh("tables") as url:
        command = [sys.executable, "-c", TABLES, chapter.package, str(rounds)]
        env = {**os.environ, "DATABASE_URL": url}
        done = subprocess.run(command, cwd=chapter.folder, env=env, stdout=subprocess.PIPE, text=True, check=True)
    count, tables = json.loads(done.stdout)
    clone = [timed(lambda: databases.drop(databases.create("clone"))) for _ in range(rounds)]
    print(f"\nClean ground for a test of {chapter.slug} ({count} table{'s' * (count != 1)})")
    show("create_all, drop_all", tables, tables)
    show("database from template", clone, tables)


def timed(work: Callable[[], object]) -> float:
    """The seconds that `work` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def show(name: str, seconds: list[float], against: list[float]) -> None:
    """Median in milliseconds, and its ratio to the median of `against`."""
    middle = statistics.median(seconds)
    print(f"  {name:<24}{1000 * middle:8.1f} ms{middle / statistics.median(against):8.2f}")


@contextmanager
def home() -> Iterator[Path]:
    """An empty checkout of our own; its server is stopped and removed at the end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        os.environ["WORKBOOK_ROOT"] = str(folder)
        os.environ.pop("DATABASE_URL", None)
        try:
            yield folder
        finally:
            server.stop()


if __name__ == "__main__":
    main()
