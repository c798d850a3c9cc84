"""What checks leave behind: `python benchmarks/leftovers.py [NN] [--checks 1000]`.

One check after another of a solved copy and of one that is red, in turns. At each tenth of the way it counts what a
machine could run out of; after the first tenth, when everything is warm, nothing may grow. Ends with 1 where it does.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from loop import opened

sys.path.insert(0, str(Path(__file__).parents[1]))

from workbook import course
from workbook.course import Chapter
from workbook.learner.checking import check
from workbook.learner.record import record
from workbook.postgres import databases
from workbook.postgres import record as server_record
from workbook.postgres.connection import connected
from workbook.runner import Runner
from workbook.system import background, session

STEPS = 10
SLACK = 2  # processes and files that may be there at one moment: a standby that is being made


@dataclass(frozen=True)
class Left:
    """What is there: files and bytes of checkout and temporary folder, bytes of the server's log, and more."""

    files: int
    bytes: int
    log: int
    databases: int
    processes: int
    threads: int


def main() -> None:
    """Check, count and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("chapter", nargs="?", default="05", help="a chapter (default: 05, whose checks make databases)")
    parser.add_argument("--checks", type=int, default=1000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="workbook-benchmark-") as temporary:
        chapter = opened(course.load().find(arguments.chapter), Path(temporary))
        with Runner() as runner:
            found = list(measured(chapter, runner, arguments.checks))
    warm, last = found[1], found[-1]
    grown = {name: asdict(last)[name] - value for name, value in asdict(warm).items()}
    print(f"grown since the first tenth: {', '.join(f'{name} {by:+d}' for name, by in grown.items())}")
    sys.exit(any(grown[name] > SLACK for name in ("files", "log", "databases", "processes", "threads")))


def measured(chapter: Chapter, runner: Runner, checks: int) -> Iterator[Left]:
    """What is there before the first check, and after each tenth of them."""
    edited = chapter.desk / chapter.exercise.edit[0]
    solved, red = edited.read_text(encoding="utf-8"), (chapter.folder / chapter.exercise.edit[0]).read_text("utf-8")
    print(f"{'checks':>7} {'files':>6} {'MB':>8} {'log, kB':>8} {'databases':>10} {'processes':>10} {'threads':>8}")
    for done in range(checks + 1):
        if done % max(1, checks // STEPS) == 0:
            found = left(chapter)
            megabytes = found.bytes / 1e6
            counts = f"{found.databases:>10} {found.processes:>10} {found.threads:>8}"
            print(f"{done:>7} {found.files:>6} {megabytes:>8.3f} {found.log / 1e3:>8.1f} {counts}", flush=True)
            yield found
        edited.write_text(red if done % 2 else solved, encoding="utf-8", newline="\n")
        record(chapter, check(chapter, runner))


def left(chapter: Chapter) -> Left:
    """Count, once what is tidied up behind a check is done."""
    background.later(lambda: None).result()
    places = [chapter.root / "desk", chapter.root / ".workbook", session.folder()]
    files = [Path(folder, name) for place in places for folder, _, names in os.walk(place) for name in names]
    sizes = [file.stat().st_size for file in files if file.exists()]
    with connected(databases.url()) as connection:
        ours = len(databases.ours(connection))
    log = sum(file.stat().st_size for file in server_record.base().rglob("server.log"))
    me = psutil.Process()
    return Left(len(sizes), sum(sizes), log, ours, len(me.children(recursive=True)), me.num_threads())


if __name__ == "__main__":
    main()
