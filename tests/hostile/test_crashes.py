"""kill -9 at any moment: what the learner made is there afterwards, every command works, and the next run tidies up."""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from embedded import answer, at_home, own_server
from toys import Toy, copied

from hostile import SEED, times
from workbook.learner import progress
from workbook.postgres import databases, record, server
from workbook.system import session

pytestmark = pytest.mark.xdist_group("crashes")

COMMANDS = {"check": ["check", "02"], "watch": ["watch", "02"], "start": ["start", "--no-browser"]}
VICTIMS = {  # who is killed while which command runs
    **{name: name for name in COMMANDS},
    "server": "check",
    "standby": "check",
}
MINE = "# mine, and not lost\n"
DATABASE = "desk_02_store"


@dataclass(frozen=True)
class Moment:
    """Who is killed, and when: at which part of the time that a check takes on this machine."""

    victim: str
    part: float


def schedule() -> Iterator[Moment]:
    """Moments drawn by lot, the same ones for the same seed; in turns of all victims."""
    dice = random.Random(SEED)
    for number in range(times(10, 200)):
        yield Moment([*VICTIMS][number % len(VICTIMS)], round(dice.uniform(0.1, 1.0), 2))


@pytest.fixture(scope="module")
def used() -> Iterator[Toy]:
    """A course that somebody works in: a changed copy, a chapter that is done, a committed row."""
    with tempfile.TemporaryDirectory(prefix="crashes-", ignore_cleanup_errors=True) as folder:
        toy = copied(Path(folder) / "toy")
        (toy.root / "temporary").mkdir()
        with own_server(toy.root), at_home(toy.root), pytest.MonkeyPatch.context() as patch:
            for name in ("TMPDIR", "TEMP", "TMP"):
                patch.setenv(name, str(toy.root / "temporary"))
            patch.setattr(tempfile, "tempdir", None)
            toy.workbook("open", "02")
            mine(toy).write_text(mine(toy).read_text(encoding="utf-8") + MINE, encoding="utf-8", newline="\n")
            with progress.changed(toy.root) as remembered:
                remembered.of(toy.course.find("01")).done = True
            answer(databases.named(DATABASE), "CREATE TABLE kept AS SELECT 7 AS n")
            yield toy
            toy.workbook("stop")
    tempfile.tempdir = None


@pytest.fixture(scope="module")
def whole(used: Toy) -> float:
    """Seconds that a check takes, from its start to its end."""
    used.workbook("check", "02", timeout=120)  # the first one starts the server
    begun = time.monotonic()
    used.workbook("check", "02", timeout=120)
    return time.monotonic() - begun


def mine(toy: Toy) -> Path:
    chapter = toy.course.find("02")
    return chapter.desk / chapter.exercise.edit[0]


@pytest.mark.parametrize("moment", [*schedule()], ids=lambda one: f"{one.victim}-{one.part}")
def test_nothing_is_lost_when_something_is_killed(used: Toy, whole: float, moment: Moment) -> None:
    """And nothing of it is left after the next check."""
    text = mine(used).read_text(encoding="utf-8")
    command = used.begin(*COMMANDS[VICTIMS[moment.victim]])
    try:
        time.sleep(moment.part * whole)
        kill(moment.victim, command)
    finally:
        end(command)
        used.workbook("stop") if moment.victim == "start" else None

    checked = used.workbook("check", "02", timeout=120)
    assert "requirement" in checked.stdout, checked.text
    for others in (("status",), ("db", "status"), ("hint", "02"), ("diff", "02")):
        done = used.workbook(*others, timeout=120)
        assert (done.code, "Traceback" in done.text) == (0, False), done.text

    assert mine(used).read_text(encoding="utf-8") == text
    assert progress.load(used.root).of(used.course.find("01")).done
    assert answer(databases.named(DATABASE), "SELECT n FROM kept") == 7
    assert left(used) == ([], 0, [])


def kill(victim: str, command: psutil.Popen) -> None:
    """The command itself, its server, or one of the processes that it started, whichever there is at this moment."""
    if victim == "server":
        found = record.read()
        if found and (postmaster := found.postmaster()):
            postmaster.kill()
    elif victim == "standby":
        for child in command.children(recursive=True)[-1:]:
            child.kill()
    else:
        command.kill()


def end(command: psutil.Popen) -> None:
    """Let a check come to its verdict; whatever waits for a person is killed."""
    try:
        command.wait(60)
    except psutil.TimeoutExpired:
        command.kill()
        command.wait(10)


def left(toy: Toy) -> tuple[list[str], int, list[str]]:
    """Folders of processes that are gone, databases of runs that are over, processes that belong to nobody."""
    folders = [one.name for one in (toy.root / "temporary").glob(f"{session.PREFIX}*")]
    return folders, databases.sweep(), orphans(toy)


def orphans(toy: Toy, seconds: float = 10) -> list[str]:
    """What still runs for the course, but the server, its workers, and this process."""
    until = time.monotonic() + seconds
    while (found := [*_running(toy)]) and time.monotonic() < until:
        time.sleep(0.1)
    return found


def _running(toy: Toy) -> Iterator[str]:
    for process in psutil.process_iter():
        try:
            ours = process.environ().get("WORKBOOK_ROOT") == str(toy.root) and process.pid != os.getpid()
            if ours and process.status() != psutil.STATUS_ZOMBIE and "postgres" not in process.name():
                yield " ".join(process.cmdline())[:200]
        except psutil.Error:
            continue


def test_the_server_is_back_after_its_kill(used: Toy) -> None:
    """Another one, with what was committed."""
    server.ensure()
    found = record.read()
    assert found
    before = found.postmaster()
    assert before
    before.kill()
    before.wait(10)

    assert answer(databases.named(DATABASE), "SELECT n FROM kept") == 7
    after = record.read()
    assert after
    assert after.postmaster() != before
