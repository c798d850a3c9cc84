"""A folder outside the checkout, for clusters and programs that PostgreSQL's user cannot reach in it."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from pathlib import Path

from workbook.system.errors import UserError

_CLAIM = "checkout"  # the file in a home that says whose it is


def folder() -> Path:
    """The folder of all homes: every user can pass through it, only we can write it. Made when it is missing."""
    path = _path()
    foreign = UserError(f"{path} belongs to somebody else.", "Have it removed, then try again.")
    try:
        path.mkdir(mode=0o711, exist_ok=True)
    except FileExistsError:
        raise foreign from None
    if sys.platform != "win32":
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise foreign
        path.chmod(0o711)
    return path


def home(root: Path, cluster: Path | None) -> Path:
    """Where the clusters of the checkout `root` are kept; one that was moved keeps the home of its `cluster`."""
    found = folder() / hashlib.sha256(os.fsencode(root)).hexdigest()[:8]
    if cluster and cluster.parent.parent == folder():
        found = cluster.parent
    found.mkdir(exist_ok=True)
    found.chmod(0o711)
    claim(found, root)
    return found


def claim(place: Path, owner: Path) -> None:
    """Write down for what in the file system `place` is kept; when that is gone, `place` can go too."""
    (place / _CLAIM).write_text(str(owner), encoding="utf-8", newline="\n")


def claimed_by_another(home: Path, root: Path) -> bool:
    """Whether a checkout that still exists, and is not `root`, keeps its clusters in `home`: `root` is its copy."""
    return home in homes() and claimant(home) != root and claimant(home).exists()


def homes() -> list[Path]:
    """All that is kept here: the homes of checkouts, and copied programs."""
    return [claim.parent for claim in _path().glob(f"*/{_CLAIM}")]


def claimant(home: Path) -> Path:
    """For whom `home` is kept: a checkout, or the folder of the programs; itself where it was removed meanwhile."""
    try:
        return Path((home / _CLAIM).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return home


def _path() -> Path:
    if sys.platform == "win32":
        user = hashlib.sha256(str(Path.home()).encode()).hexdigest()[:8]
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / f"workbook-{user}"
    return Path("/var/tmp") / f"workbook-{os.geteuid()}"
