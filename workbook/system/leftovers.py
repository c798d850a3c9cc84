"""What running, editing and checking leaves in a folder: never part of what somebody wrote. Standard library only."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

CACHES = ("__pycache__", "*.py[co]", ".*_cache", ".ipynb_checkpoints", ".DS_Store")
FOREIGN = (".git", ".venv", "venv", "node_modules", ".workbook")
LOCAL = (".env", "*.db", "*.sqlite", "*.sqlite3")  # of one person's machine

unwritten = shutil.ignore_patterns(*CACHES, *FOREIGN)  # for `copytree`: what is one's own machine's comes along
everything = shutil.ignore_patterns(*CACHES, *FOREIGN, *LOCAL)


def is_leftover(name: str) -> bool:
    """Whether a file or folder of this name is one."""
    return any(fnmatch(name, pattern) for pattern in (*CACHES, *FOREIGN, *LOCAL))


def files(folder: Path) -> Iterator[Path]:
    """Every other file below the folder, in no order; folders of leftovers are not entered."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not is_leftover(name)]
        yield from (Path(place, name) for name in names if not is_leftover(name))
