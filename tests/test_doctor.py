"""`workbook doctor` finds what is wrong, says the cure, and goes on however much is broken."""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from embedded import answer, as_admin, at_home, own_server
from typer.testing import CliRunner

from workbook.cli import app
from workbook.learner import environment_checks
from workbook.learner.environment_checks import Finding
from workbook.postgres import binaries, databases

pytestmark = pytest.mark.xdist_group("doctor")

Break = Callable[[pytest.MonkeyPatch, Path], object]


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A checkout with a server for this module."""
    with own_server(tmp_path_factory.mktemp("doctor")) as root:
        yield root


@pytest.fixture
def home(premises: Path) -> Iterator[Path]:
    with at_home(premises):
        yield premises


def refuse(*_: object, **__: object) -> None:
    raise PermissionError(13, "not here")


def another_checkout(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """A folder without an environment, whose requirements are not what is installed."""
    patch.setattr(environment_checks, "CHECKOUT", folder)
    lines = "pytest==0.1\n    # via us\nno-such-package==1\nnot-wanted==1 ; python_version < '3'\n"
    (folder / "requirements.txt").write_text(lines, encoding="utf-8")


BREAK: dict[str, tuple[Break, str, str]] = {
    "python": (lambda patch, _: patch.setattr(environment_checks, "OLDEST", (9, 0)), "Python 3", "python.org"),
    "environment": (another_checkout, "There is no", "start"),
    "packages": (another_checkout, "pytest==0.1 (is: ", "Delete"),
    "driver": (lambda patch, _: patch.setitem(sys.modules, "psycopg2", None), "The driver cannot be", "Delete"),
    "folder": (
        lambda patch, folder: patch.setenv("WORKBOOK_ROOT", str(folder / "gone")),
        "The folder cannot be examined",
        "folder of your own",
    ),
    "disk": (
        lambda patch, _: patch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=7 * 2**20)),
        "7 MB are free",
        "Make room",
    ),
    "loopback": (
        lambda patch, _: patch.setattr(socket, "create_server", refuse),
        "The loopback cannot be examined",
        "firewall",
    ),
    "programs": (lambda patch, _: patch.setattr(binaries, "WHEEL", "no_such"), "not installed", ".env.example"),
    "server": (
        lambda patch, _: patch.setenv("DATABASE_URL", "postgresql://me@127.0.0.1:1/x"),
        "No server listens at 127.0.0.1:1",
        "DATABASE_URL",
    ),
}


@pytest.mark.parametrize("check", ["python", "driver", "folder", "disk", "loopback", "programs", "server", "database"])
def test_doctor_finds_nothing_where_all_is_well(home: Path, check: str) -> None:
    """On the machine that runs the tests."""
    finding: Finding = getattr(environment_checks, check)()
    assert finding.well, finding


@pytest.mark.parametrize("check", BREAK)
def test_doctor_finds_what_is_wrong(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, check: str) -> None:
    """And names the cure, for each of the things that it looks at."""
    break_it, says, cure = BREAK[check]
    break_it(monkeypatch, tmp_path)
    finding = environment_checks.look(getattr(environment_checks, check))
    assert (finding.well, says in finding.says, cure in finding.cure) == (False, True, True), finding


def test_doctor_finds_a_server_where_no_database_can_be_made(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It lets us in, but that is all."""
    url = databases.url()
    answer(as_admin(url), "CREATE ROLE visitor LOGIN PASSWORD 'secret'")
    host = url.rpartition("@")[2]
    monkeypatch.setenv("DATABASE_URL", f"postgresql://visitor:secret@{host}")
    *_, last = environment_checks.examine()
    assert (last.well, "CREATEDB" in last.cure) == (False, True), last


def test_doctor_names_only_the_packages_that_are_wanted_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line for another system or Python is not missing."""
    another_checkout(monkeypatch, tmp_path)
    says = environment_checks.packages().says
    assert ("no-such-package==1 (is: missing)" in says, "not-wanted" in says) == (True, False)


def test_doctor_goes_on_when_everything_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks at one thing after another, and none is well; who names a server does not need our programs."""
    for break_it, _, _ in BREAK.values():
        break_it(monkeypatch, tmp_path)
    found = list(environment_checks.examine())
    assert [one.check for one in found] == list(BREAK)
    assert [one.check for one in found if one.well] == ["programs"]


@pytest.mark.parametrize(("well", "code"), [(True, 0), (False, 1)], ids=["well", "ill"])
def test_doctor_tells_by_its_exit_code(monkeypatch: pytest.MonkeyPatch, well: bool, code: int) -> None:
    """So that a script can ask it; a sign stands beside the colour."""
    monkeypatch.setattr(environment_checks, "examine", lambda: iter([Finding(well, "The [disk]", "Make room.")]))
    result = CliRunner().invoke(app, ["doctor"])
    expected = "✓ The [disk]\n" if well else "✗ The [disk]\n  Make room.\n"
    assert (result.exit_code, result.stdout) == (code, expected)
