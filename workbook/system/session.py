"""A temporary folder for all that this process needs for a while, swept by the next one where this one is killed.

A lock in it says that its owner lives: the system frees it, whatever the owner dies of. Standard library only.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from workbook.system import lock

PREFIX = "workbook-session-"
LOCK = "owner"
YOUNG = 60.0  # seconds in which a folder may be without its lock: it is being made

_making = threading.Lock()
_folders: dict[int, Path] = {}  # by process: a copy of this one is another owner


def folder() -> Path:
    """The folder of this process, made when it is asked for first; it goes when the process ends."""
    with _making:
        found = _folders.get(os.getpid())
        if found is None or not found.is_dir():
            sweep()
            found = _folders[os.getpid()] = _made()
        return found


def _made() -> Path:
    """A new folder with our lock in it; another one where somebody swept it before we had the lock."""
    while True:
        found = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
        descriptor = os.open(found / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        if lock.attempt(descriptor) and (found / LOCK).exists():
            atexit.register(_remove, found, descriptor, os.getpid())
            return found
        os.close(descriptor)


def temporary(kind: str) -> Path:
    """A new folder in it, `kind` first in its name; who asked for it removes it."""
    return Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=folder()))


def scratch(kind: str) -> tempfile.TemporaryDirectory[str]:
    """The same for the length of a `with` block, after which it is gone."""
    return tempfile.TemporaryDirectory(prefix=f"{kind}-", dir=folder(), ignore_cleanup_errors=True)


def sweep() -> int:
    """Remove the folders whose owners are gone; returns how many. What is not ours to remove stays."""
    swept = 0
    for one in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            swept += _swept(one)
    return swept


def _swept(one: Path) -> bool:
    """Remove a folder unless it has an owner; who makes it now sees that we had its lock, and makes another."""
    if hasattr(os, "geteuid") and one.lstat().st_uid != os.geteuid():
        return False
    try:
        descriptor = os.open(one / LOCK, os.O_RDWR)
    except FileNotFoundError:
        return time.time() - one.stat().st_mtime > YOUNG and _removed(one)
    try:
        if not lock.attempt(descriptor):
            return False
        if sys.platform != "win32":  # there, what is open stays
            return _removed(one)
    finally:
        os.close(descriptor)
    return _removed(one)


def _removed(one: Path) -> bool:
    shutil.rmtree(one, ignore_errors=True)
    return not one.exists()


def _remove(made: Path, descriptor: int, owner: int) -> None:
    if os.getpid() == owner:
        with suppress(OSError):
            os.close(descriptor)
        shutil.rmtree(made, ignore_errors=True)
