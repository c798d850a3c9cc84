"""From save to verdict, against plain pytest: `python benchmarks/loop.py [NN] [--saves 25]`.

Both run the same files of the same chapter, in turns, so that the ratio is one machine's at one moment. The loop is
the one of `workbook watch`, from the moment the file is written to the drawn screen, database included; plain pytest
loads no plugins and is handed a database that is there already.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path
from queue import SimpleQueue

import psutil
from rich.console import Console

sys.path.insert(0, str(Path(__file__).parents[1]))

from workbook import course
from workbook.chapters.targets import asked
from workbook.course import Chapter
from workbook.learner import desk
from workbook.postgres import databases
from workbook.runner import Runner
from workbook.watch.database_pool import DatabasePool
from workbook.watch.loop import Judged, Loop
from workbook.watch.screen import View, draw

PAUSE = 2.5  # seconds between two saves, as a person who reads and types: two standbys are ready again


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("chapter", nargs="?", default="03", help="a chapter with a database (default: 03)")
    parser.add_argument("--saves", type=int, default=25)
    parser.add_argument("--pause", type=float, default=PAUSE)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="workbook-benchmark-") as temporary:
        chapter = opened(course.load().find(arguments.chapter), Path(temporary))
        with Runner() as runner, DatabasePool() as pool:
            looped, plain, memory = measure(chapter, runner, pool, arguments.saves, arguments.pause)
    report(chapter, looped, plain, memory)


def opened(chapter: Chapter, root: Path) -> Chapter:
    """The chapter in a course folder of its own, solved, on the desk there."""
    shutil.copytree(chapter.folder, root / "chapters" / chapter.slug)
    shutil.copytree(chapter.solution, root / "solutions" / chapter.slug)
    chapter = replace(chapter, root=root.resolve())
    desk.open_copy(chapter)
    shutil.copytree(chapter.solution, chapter.desk, dirs_exist_ok=True)
    return chapter


def measure(
    chapter: Chapter, runner: Runner, pool: DatabasePool, saves: int, pause: float
) -> tuple[list[float], list[float], list[int]]:
    """Seconds of each save in the loop, of each plain run, and bytes of each standby that is its own."""
    file = chapter.desk / chapter.exercise.edit[0]
    text = file.read_text(encoding="utf-8")
    console = Console(file=StringIO(), width=80, height=24)
    told = SimpleQueue[Judged | None]()
    looped: list[float] = []
    plain: list[float] = []
    with Loop(chapter, runner, told.put, databases=pool.database), databases.fresh("plain") as url:
        verdict(told)
        for number in range(saves):
            time.sleep(pause)
            began = time.perf_counter()
            file.write_text(f"{text}\n# save {number:03}\n", encoding="utf-8")
            view = View(chapter, judged=verdict(told))
            console.print(draw(view, console))
            looped.append(time.perf_counter() - began)
            assert view.passed, "the solution must be green"
            time.sleep(pause)
            plain.append(plain_run(chapter, url))
        time.sleep(pause)
        memory = [psutil.Process(pid).memory_full_info().uss for pid in runner.pids]
    return looped, plain, memory


def verdict(told: SimpleQueue[Judged | None]) -> Judged:
    while (judged := told.get()) is None:
        pass
    return judged


def plain_run(chapter: Chapter, url: str) -> float:
    """Seconds of `python -m pytest` on the learner's copy, plugin autoload off."""
    env = os.environ | {"DATABASE_URL": url, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    began = time.perf_counter()
    command = [sys.executable, "-m", "pytest", "-q", *asked(chapter)]
    subprocess.run(command, cwd=chapter.desk, env=env, check=True, capture_output=True)
    return time.perf_counter() - began


def report(chapter: Chapter, looped: Sequence[float], plain: Sequence[float], memory: Sequence[int]) -> None:
    """Ratios first; seconds belong to this machine and this moment."""
    print(f"{chapter.slug}: {len(looped)} saves, each followed by a plain run of the same files")
    for name, times in (("save to verdict", looped), ("plain pytest", plain)):
        print(f"  {name:<16} median {statistics.median(times) * 1e3:6.0f} ms   95th {high(times) * 1e3:6.0f} ms")
    middle, end = statistics.median(looped) / statistics.median(plain), high(looped) / high(plain)
    print(f"  ratio            median {middle:6.3f}      95th {end:6.3f}")
    print(f"  standby memory   {', '.join(f'{one / 2**20:.0f} MiB' for one in memory)} (of its own, each)")


def high(times: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


if __name__ == "__main__":
    main()
