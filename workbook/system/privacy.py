"""What a learner does is theirs alone: other users of the machine see nothing of it. Standard library only."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

OURS = "desk", ".workbook"  # folders of a checkout that hold what a learner did
ALONE = 0o077  # of a mode, what is for others


def begin(root: Path) -> None:
    """From here on, what this process and its children make is for nobody else; so are the folders that are there.

    On Windows, what is below a person's home is theirs without our doing.
    """
    if sys.platform == "win32":
        return
    os.umask(ALONE)
    for name in OURS:
        with suppress(OSError):  # it is missing, or another user's: who needs it says so
            keep(root / name, passable=name == ".workbook" and os.geteuid() == 0)


def keep(folder: Path, *, passable: bool = False) -> None:
    """Let nobody but its owner look into a folder; others may pass through one that is `passable`."""
    if sys.platform == "win32":
        return
    wanted = 0o711 if passable else 0o700
    if stat.S_IMODE(folder.stat().st_mode) != wanted:
        folder.chmod(wanted)


def take(folder: Path) -> None:
    """Take from others what they may do with a folder and all that is in it: a copy has the modes of its original."""
    if sys.platform == "win32":
        return
    for place, _, names in os.walk(folder):
        for one in (Path(place), *(Path(place, name) for name in names)):
            mode = stat.S_IMODE(one.lstat().st_mode)
            if mode & ALONE and not one.is_symlink():
                one.chmod(mode & ~ALONE)
