"""PostgreSQL is kept in the checkout where its user can reach it, and in a shelter where not."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from workbook.postgres import binaries, external_home, installation, pg_errors
from workbook.postgres.installation import Account
from workbook.system.errors import UserError
from workbook.system.invocation import call

STRANGER = Account("stranger", 65_533, 65_533)
AWKWARD = "$100%"  # for the shell of POSIX and for that of Windows


@pytest.fixture
def sheltered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shelter is a folder of this test's own, and programs run as ourselves."""
    monkeypatch.setattr(external_home, "_path", lambda: tmp_path / "shelter")
    monkeypatch.setattr(installation, "_account", lambda _: None)
    return tmp_path / "shelter"


def checkout(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_place_is_the_checkout_as_a_rule(sheltered: Path, tmp_path: Path) -> None:
    """What belongs to a checkout goes with it."""
    root = checkout(tmp_path / "my wörkbook")
    assert installation.find(root) == installation.Place(binaries.folder(), root / ".workbook" / "postgres")


def test_place_is_the_shelter_for_a_path_that_no_shell_takes(sheltered: Path, tmp_path: Path) -> None:
    """pg_ctl hands the path to a shell, which would read more into it."""
    found = installation.find(checkout(tmp_path / AWKWARD))
    assert (found.home.parent, AWKWARD in found.reason) == (sheltered, True)


def test_place_is_the_shelter_where_the_account_may_not_enter(
    sheltered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root's own folder, say, is closed to the user whom PostgreSQL runs as."""
    closed = checkout(tmp_path / "closed")
    monkeypatch.setattr(installation, "_account", lambda _: STRANGER)
    monkeypatch.setattr(installation, "_allows", lambda path, account, need: path != closed)
    found = installation.find(checkout(closed / "checkout"))
    assert (found.home.parent, found.reason.endswith(f"may not enter {closed}")) == (sheltered, True)


@pytest.mark.parametrize(
    ("uid", "gid", "entered"),
    [
        pytest.param(0, 0, True, id="owner"),
        pytest.param(1, 0, True, id="group"),
        pytest.param(1, 1, False, id="others"),
    ],
)
def test_place_reads_permissions_as_the_system_does(tmp_path: Path, uid: int, gid: int, entered: bool) -> None:
    """The first class that an account belongs to decides: owner, group, or others."""

    class Folder(type(tmp_path)):  # type: ignore[misc]
        def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
            return os.stat_result((0o040_710, 0, 0, 1, 0, 0, 0, 0, 0, 0))

    assert installation._allows(Folder(tmp_path), Account("one", uid, gid), 0o1) == entered


def test_place_never_runs_programs_as_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL would refuse; Windows, which has no root, sheds an administrator's rights by itself."""
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    found = installation._account(tmp_path)
    assert found is None or found.uid > 0


def test_place_copies_programs_that_no_account_reaches(
    sheltered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are where the environment is, which may be in root's own folder."""
    monkeypatch.setattr(installation, "_runs", lambda programs, account: False)
    found = installation.find(checkout(tmp_path / "checkout"))
    copy = found.programs.parents[2]
    assert (copy.parent, external_home.claimant(copy)) == (sheltered, binaries.folder())


def test_shelter_keeps_the_home_of_a_checkout_that_moved(sheltered: Path, tmp_path: Path) -> None:
    """Its cluster is where it was."""
    home = external_home.home(tmp_path / "before", None)
    assert external_home.home(checkout(tmp_path / "after"), home / "cluster") == home


def test_shelter_tells_a_copied_checkout_from_a_moved_one(sheltered: Path, tmp_path: Path) -> None:
    """The copy must not use the cluster of the original, which still is there."""
    original, copy = checkout(tmp_path / "original"), checkout(tmp_path / "copy")
    home = external_home.home(original, None)
    assert [external_home.claimed_by_another(home, one) for one in (original, copy)] == [False, True]


def test_shelter_writes_down_whose_a_home_is(sheltered: Path, tmp_path: Path) -> None:
    """So that it can be cleared away when the checkout is gone."""
    home = external_home.home(tmp_path / "gone", None)
    assert {home: external_home.claimant(home) for home in external_home.homes()} == {home: tmp_path / "gone"}


def test_shelter_refuses_what_somebody_else_put_there(sheltered: Path) -> None:
    """Its name is easy to guess, and the folder it is in is everybody's."""
    sheltered.write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="belongs to somebody else"):
        external_home.folder()


def test_programs_run_from_their_copy(tmp_path: Path) -> None:
    """They find their libraries there."""
    copy = binaries.copied(binaries.folder(), tmp_path)
    for name in ("initdb", "postgres", "psql"):
        subprocess.run([binaries.program(name, copy), "--version"], check=True, stdout=subprocess.DEVNULL)


def test_programs_are_copied_once(tmp_path: Path) -> None:
    """The second who needs the copy finds it."""
    first = binaries.copied(binaries.folder(), tmp_path)
    (first / "kept").touch()
    assert (binaries.copied(binaries.folder(), tmp_path), (first / "kept").exists()) == (first, True)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param(
            'initdb: error: could not write file "PG_VERSION": No space left on device',
            "The disk is full at",
            id="disk",
        ),
        pytest.param(
            'FATAL:  could not create lock file "postmaster.pid": Read-only file system',
            "cannot be used",
            id="read-only",
        ),
        pytest.param(
            "LOG:  starting\nFATAL:  out of patience\nLOG:  done", "out of patience", id="the-line-that-tells"
        ),
        pytest.param("", "does not say why", id="silence"),
    ],
)
def test_complaints_become_sentences(tmp_path: Path, said: str, meant: str) -> None:
    """What PostgreSQL writes for its administrators, a learner is told in a sentence."""
    assert meant in pg_errors.explain(said, tmp_path).what


def test_complaint_that_nobody_foresaw_names_the_doctor(tmp_path: Path) -> None:
    """As it is typed at this terminal."""
    assert f"Run `{call('doctor')}`" in pg_errors.explain("FATAL: something odd", tmp_path).todo
