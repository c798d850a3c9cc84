"""The command on other systems, as far as this one can pretend to be one: see `tests/pretended/sitecustomize.py`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from toys import Done, Toy

PRETENDED = Path(__file__).parent / "pretended"
COMMAND = "from workbook.cli import main; main()"  # the environment has been found: it is the real system's
SYSTEMS = {"win32": "py -m workbook", "darwin": "python3 -m workbook"}

pytestmark = [
    pytest.mark.xdist_group("platforms"),
    pytest.mark.skipif(sys.platform != "linux", reason="the system that pretends is Linux"),
]


def run(toy: Toy, system: str, *arguments: str) -> Done:
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        env=toy.environment(database=True, PRETENDED=system, PYTHONPATH=str(PRETENDED)),
        cwd=toy.root,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_learners_day_on_another_system(system: str, toy: Toy) -> None:
    """Opened, judged red and green, set aside and brought back, with a database and without; as anywhere."""
    call = SYSTEMS[system]

    assert f"{call} open 01" in run(toy, system).stdout
    assert run(toy, system, "open", "01").code == 0
    red = run(toy, system, "check", "01")
    assert (red.code, red.stderr) == (1, "")
    assert "expected 200 got 404" in " ".join(red.stdout.split())
    assert f"{call} hint 01" in " ".join(red.stdout.split())
    toy.write("desk/01_hello/shelf/main.py", toy.read("solutions/01_hello/shelf/main.py"))
    assert run(toy, system, "check", "01").code == 0
    assert "hello/{name}" in run(toy, system, "diff", "01").stdout
    assert run(toy, system, "reset", "01", "--yes").code == 0
    assert run(toy, system, "restore", "01").code == 0
    assert "hello/{name}" in toy.read("desk/01_hello/shelf/main.py")

    assert run(toy, system, "open", "02").code == 0
    toy.write("desk/02_store/exercise/test_exercise.py", toy.read("solutions/02_store/exercise/test_exercise.py"))
    caught = run(toy, system, "check", "02")
    assert caught.code == 0, caught.text
    assert run(toy, system, "run", "02", "--", sys.executable, "-c", "print(6 * 7)").stdout.endswith("42\n")
    assert run(toy, system, "db", "status").code == 0


@pytest.mark.parametrize("system", SYSTEMS)
def test_it_is_another_system(system: str, toy: Toy) -> None:
    """Without this, the test above could pass because nothing pretends."""
    asked = "import workbook.authors.testing as it; print(it.sys.platform, hasattr(it.os, 'sched_getaffinity'))"
    said = subprocess.run(
        [sys.executable, "-c", asked],
        env=toy.environment(PRETENDED=system, PYTHONPATH=str(PRETENDED)),
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout

    assert said == f"{system} False\n"
