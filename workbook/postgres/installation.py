"""Where the embedded PostgreSQL lives, and as whom its programs run."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workbook.postgres import binaries, external_home
from workbook.postgres.pg_errors import of_system
from workbook.system import privacy
from workbook.system.errors import UserError
from workbook.system.processes import apart


@dataclass(frozen=True)
class Account:
    """A user of the operating system; PostgreSQL refuses to run as root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    """`programs` is the folder with initdb and its kin; clusters are made in `home`.

    `account` is None where the programs run as ourselves; `reason` says why `home` is not in the checkout.
    """

    programs: Path
    home: Path
    account: Account | None = None
    reason: str = ""

    def run(
        self, program: str, *arguments: str | Path, seconds: float = 120, told: str = "", password: str = ""
    ) -> tuple[int, str]:
        """Run one of PostgreSQL's programs, which reads `told`; returns its exit code and what it printed."""
        # A file, not a pipe: the server that pg_ctl starts would inherit a pipe, and reading it would never end.
        with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as typed:
            typed.write(told.encode())
            typed.seek(0)
            try:
                code = subprocess.run(
                    [binaries.program(program, self.programs), *arguments],
                    stdin=typed,
                    stdout=printed,
                    stderr=subprocess.STDOUT,
                    cwd=self.home,
                    env=_environment() | ({"PGPASSWORD": password} if password else {}),
                    timeout=seconds,
                    **_apart(self.account),
                ).returncode
            except subprocess.TimeoutExpired:
                return 1, f"{program} did not end within {seconds:.0f} s"
            except OSError as error:
                raise UserError(f"{program} in {self.programs} cannot be run: {error}.", binaries.OWN_SERVER) from None
            printed.seek(0)
            return code, printed.read().decode(errors="replace")

    def hand_over(self, path: Path) -> None:
        """Give `path` to the account that PostgreSQL runs as."""
        if self.account and sys.platform != "win32":
            os.chown(path, self.account.uid, self.account.gid)


def find(root: Path, cluster: Path | None = None) -> Place:
    """The place for the checkout `root`; an existing `cluster` is run by its owner, where it is."""
    account = _account(cluster if cluster and cluster.exists() else root)
    home = root / ".workbook" / "postgres"
    reason = _unfit(home, account)
    if reason:
        home = external_home.home(root, cluster)
    return Place(_reachable(binaries.folder(), account), home, account, reason)


def with_version(place: Place, version: int) -> Place | None:
    """The same place with the programs of another PostgreSQL; None where they are not there any more."""
    programs = binaries.of_version(version, external_home.folder())
    return replace(place, programs=_reachable(programs, place.account)) if programs else None


def _reachable(programs: Path, account: Account | None) -> Path:
    """The programs, or a copy of them where the account cannot run them."""
    if not _awkward(programs) and _runs(programs, account):
        return programs
    copy = binaries.copied(programs, external_home.folder())
    external_home.claim(copy.parents[2], programs)
    return copy


def _environment() -> dict[str, str]:
    """Ours, without the variables that PostgreSQL reads; English messages, whatever the learner's language."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**kept, "LC_ALL": "C", "LANG": "C", "TZ": "UTC"}


def _apart(account: Account | None) -> dict[str, Any]:
    """Options for a child that no Ctrl-C and no closed window of ours reaches, of that account."""
    return apart() | ({"user": account.uid, "group": account.gid, "extra_groups": []} if account else {})


def _account(owned: Path) -> Account | None:
    """For root: whoever owns `owned` unless that is root too, else `postgres`, else `nobody`; for others None."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd

    if owner := owned.stat().st_uid:
        with suppress(KeyError):  # in a container, the owner may be a user of the host only
            one = pwd.getpwuid(owner)
            return Account(one.pw_name, one.pw_uid, one.pw_gid)
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            one = pwd.getpwnam(name)
            return Account(one.pw_name, one.pw_uid, one.pw_gid)
    raise UserError(
        "PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`.", binaries.OWN_SERVER
    )


def _unfit(folder: Path, account: Account | None) -> str:
    """Why clusters cannot live in `folder`, or ""; makes the folder."""
    try:
        for one in (folder.parent, folder):  # the account has to pass through; nobody has to see what is in there
            one.mkdir(exist_ok=True)
            privacy.keep(one, passable=account is not None)
        probe = Path(tempfile.mkdtemp(dir=folder))
        private = sys.platform == "win32" or stat.S_IMODE(probe.stat().st_mode) == 0o700
        probe.rmdir()
    except OSError as error:
        raise of_system(error, folder) from None
    if not private:
        return f"the file system of {folder} keeps no permissions"
    if _awkward(folder):
        return f"PostgreSQL cannot be started with a path like {folder}"
    if account:
        for one in reversed((folder, *folder.parents)):
            if not _allows(one, account, 0o1):
                return f"the user {account.name}, whom PostgreSQL runs as, may not enter {one}"
    return ""


def _awkward(path: Path) -> bool:
    """pg_ctl hands paths to a shell in double quotes; on Windows the server reads them in a code page."""
    if sys.platform == "win32":
        return not str(path).isascii() or "%" in str(path)
    return re.search(r'["$`\\\n]', str(path)) is not None


def _allows(path: Path, account: Account, need: int) -> bool:
    """Whether the permission bits `need` (1 enter, 4 read) of `path` are set for the account."""
    found = path.stat()
    shift = 6 if found.st_uid == account.uid else 3 if found.st_gid == account.gid else 0
    return found.st_mode >> shift & need == need


def _runs(programs: Path, account: Account | None) -> bool:
    if account is None:
        return True
    entered = all(_allows(one, account, 0o1) for one in (programs, *programs.parents))
    return entered and _allows(binaries.program("postgres", programs), account, 0o5)
