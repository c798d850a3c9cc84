"""What a run leaves when its tests, its owner or the command are ended: swept at once, or by the next one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from embedded import answer
from toys import CHECKOUT, Toy, copied

from workbook.postgres import databases
from workbook.postgres.connection import name_of
from workbook.runner import Runner
from workbook.system import background, lock, session

pytestmark = pytest.mark.xdist_group("leftovers")

MAKES_A_DATABASE = """
import os, sys, time
from pathlib import Path
from sqlalchemy import create_engine, make_url, text


def test_own():
    url = make_url(os.environ["DATABASE_URL"])
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{{url.database}}_test_1234"'))
    {then}
"""
ENDINGS = {
    "os-exit": "os._exit(0)",
    "killed": "os.kill(os.getpid(), 9)",
    "timeout": "time.sleep(60)",
    "fails": "assert False",
    "passes": "pass",
}
DETACHES = {
    "started": "subprocess.Popen([sys.executable, '-c', LIVE], start_new_session=True)",
    "forked-twice": "os.fork() == 0 and (os.setsid(), os.fork() == 0 and (time.sleep(300), os._exit(0)), os._exit(0))",
    "forked-twice-and-started": (
        "os.fork() == 0 and (os.setsid(), os.fork() == 0 and os.execv(sys.executable, [sys.executable, '-c', LIVE]),"
        " os._exit(0))"
    ),
}
# Not tried: forked twice, then left by os._exit. Nothing tells such a process from others.
DETACHED_ENDINGS = [
    *((how, ending) for how in DETACHES for ending in ("passes", "fails", "timeout")),
    *((how, "os-exit") for how in DETACHES if how != "forked-twice"),
]
DETACHED = """
import os, subprocess, sys, time
from pathlib import Path

LIVE = "import time; time.sleep(300)"


def test_own():
    before = os.getpid()
    {how}
    {then}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    return tmp_path


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner(keep=1) as runner:
        yield runner


def run(runner: Runner, folder: Path, test: str, url: str, timeout: float = 20) -> None:
    (folder / "tests" / "test_own.py").write_text(test, encoding="utf-8")
    runner.run(folder, ["tests/test_own.py"], database_url=url, timeout=timeout)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_database_that_a_test_made_goes_with_its_run(runner: Runner, folder: Path, ending: str) -> None:
    """Its own fixture never came to drop it."""
    with databases.fresh("leftovers") as url:
        run(runner, folder, MAKES_A_DATABASE.format(then=ENDINGS[ending]), url, 4 if ending == "timeout" else 20)
        made = answer(databases.url(), f"SELECT count(*) FROM pg_database WHERE datname LIKE '{name_of(url)}_%'")
    left = answer(databases.url(), f"SELECT count(*) FROM pg_database WHERE datname LIKE '{name_of(url)}%'")
    assert (made, left) == (1, 0)


def test_a_database_that_somebody_else_made_stays(folder: Path) -> None:
    """A name that begins alike is not enough: this one carries a comment."""
    with databases.fresh("leftovers") as url:
        name = f"{name_of(url)}_thesis"
        answer(databases.url(), f"CREATE DATABASE {name}")
        answer(databases.url(), f"COMMENT ON DATABASE {name} IS 'mine'")
    try:
        assert answer(databases.url(), f"SELECT count(*) FROM pg_database WHERE datname = '{name}'") == 1
    finally:
        answer(databases.url(), f"DROP DATABASE {name}")


@pytest.mark.skipif(sys.platform != "linux", reason="Elsewhere a process cannot be followed so far.")
@pytest.mark.parametrize(("how", "ending"), DETACHED_ENDINGS)
def test_a_process_that_a_test_detached_goes_with_its_run(runner: Runner, folder: Path, how: str, ending: str) -> None:
    """It left its session, and its parents are gone."""
    before = {one.pid for one in psutil.process_iter()}
    test = DETACHED.format(how=DETACHES[how], then=ENDINGS[ending])
    run(runner, folder, test, "sqlite:///app.db", 3 if ending == "timeout" else 20)
    background.later(lambda: None).result(timeout=30)
    gone(lambda: [one for one in new(before) if is_ours(one)])


def new(before: set[int]) -> list[psutil.Process]:
    return [one for one in psutil.process_iter() if one.pid not in before and one.status() != psutil.STATUS_ZOMBIE]


def is_ours(process: psutil.Process) -> bool:
    """Whether a process sleeps as the tests above do, and is no standby."""
    try:
        said, parent = process.cmdline(), process.parent()
        return "time.sleep(300)" in " ".join(said) or (
            "workbook_standby.py" in " ".join(said) and (parent is None or parent.pid == 1)
        )
    except psutil.Error:
        return False


def gone(look: object, seconds: float = 10) -> None:
    """Wait until nothing is left of what `look` finds."""
    until = time.monotonic() + seconds
    while (left := look()) and time.monotonic() < until:  # type: ignore[operator]
        time.sleep(0.05)
    assert left == []


def test_files_of_tests_go_with_their_run(runner: Runner, folder: Path) -> None:
    """Whatever they make in the temporary folder."""
    before = {*Path(tempfile.gettempdir()).iterdir()}
    test = "import tempfile\n\n\ndef test_own():\n    open(tempfile.mkdtemp() + '/mine', 'w').write('x')\n"
    run(runner, folder, test, "sqlite:///app.db")
    background.later(lambda: None).result(timeout=30)
    made = {*Path(tempfile.gettempdir()).iterdir()} - before
    assert {one.name for one in made if one.name.startswith("tmp") and (one / "mine").exists()} == set()


def test_a_killed_command_is_swept_by_the_next_one(tmp_path: Path) -> None:
    """Its temporary folder, and the copies in it."""
    code = "from workbook.system import session; print(session.temporary('check'), flush=True); input()"
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    env = {**os.environ, "TMPDIR": str(temporary), "TEMP": str(temporary), "TMP": str(temporary)}
    one, other = (
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=CHECKOUT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        for _ in range(2)
    )
    assert one.stdout
    assert other.stdout
    left, lives = (Path(process.stdout.readline().strip()) for process in (one, other) if process.stdout)
    one.kill()
    one.communicate()
    assert (left.is_dir(), lives.is_dir()) == (True, True)
    ended = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, env=env, input=b"\n", capture_output=True)
    assert ended.returncode == 0
    assert (left.parent.exists(), lives.is_dir()) == (False, True)
    other.communicate("\n")
    assert list(temporary.iterdir()) == []


def test_a_folder_that_is_swept_while_it_is_made_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the file and its lock there is a moment: who sweeps then has the lock first, or the folder is gone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(session, "_folders", {})
    attempt, troubles = lock.attempt, ["locked", "gone"]

    def late(descriptor: int) -> bool:
        trouble = troubles.pop(0) if troubles else ""
        if trouble == "gone":
            shutil.rmtree(max(tmp_path.iterdir(), key=lambda one: one.stat().st_mtime_ns))
        return trouble != "locked" and attempt(descriptor)

    monkeypatch.setattr(lock, "attempt", late)
    made = session.folder()

    assert troubles == []
    assert (made / session.LOCK).is_file()


@pytest.fixture
def course(tmp_path: Path) -> Toy:
    toy = copied(tmp_path / "toy")
    toy.workbook("open", "02", database=True)
    return toy


def test_checks_leave_nothing(course: Toy) -> None:
    """Neither files nor databases, one after another."""
    course.workbook("check", "02", database=True)
    before = left()
    for _ in range(3):
        course.workbook("check", "02", database=True)
    assert left() == before


def left() -> tuple[int, int]:
    """Sessions without an owner, and databases without one."""
    return session.sweep(), databases.sweep()
