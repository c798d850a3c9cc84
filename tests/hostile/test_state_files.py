"""Whatever became of a file in which the command remembers something: it is kept, it is named, and work goes on.

A state file is tried from the day on which it is declared as a `StateFile`. A new trouble is one more entry of
`TROUBLES`: a function that does it to a file, and whether what is there then can still be read.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from ctypes import CDLL
from importlib import import_module
from itertools import cycle, islice
from pathlib import Path
from pkgutil import walk_packages
from random import Random
from typing import Any

import pytest
from toys import CHECKOUT, Done, Toy, copied

import workbook
from hostile import FULL, SEED
from workbook.postgres import databases
from workbook.system import state_files

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Troubles of POSIX.")

STRANGER = 65_534  # a user who is not the one of the tests
IS_ROOT = sys.platform == "linux" and os.geteuid() == 0

for module in walk_packages(workbook.__path__, "workbook."):
    if ".inside" not in module.name and "__main__" not in module.name:
        import_module(module.name)
ELSEWHERE = {
    ".venv/workbook.json",
    ".workbook/postgres/server.json",
}  # tested in test_bootstrap.py and test_clusters.py
PLACES = sorted({state.place.format(slug="01_hello") for state in state_files.KNOWN} - ELSEWHERE)

COMMANDS = (
    *("", "status", "open 01", "check 01", "hint 01", "diff 01", "changes 02", "reset 01 --yes", "restore 01 --list"),
    *("solution 01 --give-up", "db status", "db url", "db reset 02", "run 02 -- python --version", "stop"),
    *("dev carry --abort", "dev lock --check"),
)


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()
    (file / "mine.txt").write_text("mine", encoding="utf-8")


def _link(file: Path, to: str) -> None:
    file.unlink()
    file.symlink_to(to)


def _pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-3])


TROUBLES: dict[str, tuple[Callable[[Path], Any], bool]] = {
    "missing": (lambda file: file.unlink(), True),
    "empty": (lambda file: file.write_bytes(b""), True),
    "cut-off": (_cut, True),
    "another-type": (lambda file: file.write_text("[[]]", encoding="utf-8"), True),
    "other-types-inside": (lambda file: file.write_text('{"chapters": 5, "cells": [1], "01_hello": []}'), True),
    "a-number-of-5000-digits": (lambda file: file.write_text('{"port": ' + "9" * 5000 + "}"), True),
    "200000-brackets": (lambda file: file.write_text("[" * 200_000), True),
    "not-utf-8": (lambda file: file.write_bytes(b"\xff\xfe{}"), True),
    "null-bytes": (lambda file: file.write_bytes(bytes(200)), True),
    "huge": (lambda file: os.truncate(file, 2**31), True),
    "a-folder": (_folder, True),
    "a-link-to-nothing": (lambda file: _link(file, "gone.json"), True),
    "a-link-to-itself": (lambda file: _link(file, file.name), True),
    "a-pipe": (_pipe, True),
    "unreadable": (lambda file: file.chmod(0), False),
    "read-only": (lambda file: file.chmod(0o400), True),
}
if IS_ROOT:
    TROUBLES["of-another-user"] = (lambda file: (file.chmod(0o600), os.chown(file, STRANGER, STRANGER)), False)


@pytest.fixture(scope="module")
def server() -> str:
    """A server that runs whatever becomes of this copy's files."""
    return databases.url()


@pytest.fixture(scope="module")
def used(server: str) -> Iterator[Path]:
    """A course in which every state file was written, in a folder that everybody may enter."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        toy = copied(Path(folder) / "toy")
        _write_all(toy)
        yield Path(folder)


def _write_all(toy: Toy) -> None:
    from workbook.authors import carry_state
    from workbook.learner import notebook_copy
    from workbook.system import lock

    chapter = toy.course.find("01")
    notebook_copy.open_notebook(chapter)
    carry_state.save(toy.course, carry_state.Progress("01_hello", [], {}))
    for command in ("open 01", "hint 01", "check 01"):
        toy.workbook(*command.split(), database=True)
    with lock.exclusive(toy.root / ".workbook" / "environment.lock", ""):
        pass


@pytest.fixture
def toy(used: Path, tmp_path: Path) -> Iterator[Toy]:
    """A copy that this test may break, of the user who runs the command."""
    made = used / tmp_path.name
    shutil.copytree(used / "toy", made)
    yield Toy(made)
    for one in (made, *made.rglob("*")):
        if one.is_dir() and not one.is_symlink():
            one.chmod(0o700)
    shutil.rmtree(made)


def run(toy: Toy, command: str, server: str) -> Done:
    """Run the command as somebody who may not read everything: as root without that right, where the tests are."""
    env = toy.environment(DATABASE_URL=server, HOME=str(toy.root))
    asked = [sys.executable, "-m", "workbook", *command.split()]
    done = subprocess.run(
        asked,
        cwd=CHECKOUT,
        env=env,
        input="",
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        preexec_fn=_as_others if IS_ROOT else None,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def _as_others() -> None:
    """Let no program that is started from here pass over permissions or owners."""
    drop, rights = 24, (1, 2, 3)  # PR_CAPBSET_DROP; CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
    for right in rights:
        CDLL(None).prctl(drop, right, 0, 0, 0)


def cases() -> list[Any]:
    """Each file in each trouble with each command, or with two of them that are drawn by lot."""
    drawn = cycle(Random(SEED).sample(COMMANDS, len(COMMANDS)))
    return [
        pytest.param(place, trouble, command, id=f"{place}-{trouble}-{command.replace(' ', '_')}")
        for place in PLACES
        for trouble in TROUBLES
        for command in (COMMANDS if FULL else islice(drawn, 2))
    ]


@pytest.mark.parametrize(("place", "trouble", "command"), cases())
def test_a_state_file_in_trouble_is_kept_and_work_goes_on(
    place: str, trouble: str, command: str, toy: Toy, server: str
) -> None:
    """Never a traceback, never silence; what was in the file's place is there or beside it, as it was."""
    file = toy.root / place
    make, readable = TROUBLES[trouble]
    make(file)
    was = _identity(file)

    done = run(toy, command, server)

    assert "Traceback" not in done.text, done.text
    assert done.code in (0, 1), done.text
    assert done.text.strip() or command.startswith("dev")
    file.parent.chmod(0o700)
    if was is not None:
        kept = [one for one in file.parent.iterdir() if _identity(one) == was]
        assert kept, f"{place} is gone: {done.text}"
        if not readable:
            assert kept == [file]


def _identity(file: Path) -> tuple[int, int] | None:
    """What the place of the file holds, wherever it is moved to; None where it holds nothing."""
    try:
        found = file.lstat()
    except (FileNotFoundError, PermissionError):
        return None
    return found.st_ino, found.st_size


def test_every_state_file_is_declared() -> None:
    """No module reads a file of ours by itself: what the next one needs, too, is in `StateFile` already."""
    allowed = {"state_files.py", "execution.py", "chapter_files.py", "jupyterlab.py", "notebook_copy.py"}
    allowed |= {"record.py", "own_app.py"}  # a cluster is found without it; what a process of ours was told and says
    folder = Path(workbook.__file__).parent
    found = {
        path.name
        for path in folder.rglob("*.py")
        if "inside" not in path.parts and any("json.load" in line and "read_" in line for line in _lines(path))
    }
    assert found <= allowed


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_the_trouble_of_a_state_file_is_named(toy: Toy, server: str) -> None:
    """Which file, why, and the one command that mends it."""
    (toy.root / "desk" / "progress.json").chmod(0)
    said = run(toy, "hint 01", server).stderr
    assert "desk/progress.json cannot be used: Permission denied" in said
    assert "chmod -R u+rwX" in said
