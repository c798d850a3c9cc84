"""A lock that one process holds at a time, and that the system frees when its holder dies. Standard library only."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def exclusive(file: Path, waiting: Callable[[], None]) -> Iterator[int]:
    """Hold `file` alone; `waiting` is called once when another process has it. Yields the file's descriptor.

    On POSIX a child that inherits the descriptor holds the lock on, even when we are killed.
    """
    with file.open("a+", encoding="utf-8") as handle:
        if not _try(handle):
            waiting()
            while not _try(handle):
                time.sleep(0.1)
        try:
            yield handle.fileno()
        finally:
            _free(handle)


if sys.platform == "win32":
    import msvcrt

    def _try(handle: IO[str]) -> bool:
        handle.seek(0)
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _free(handle: IO[str]) -> None:
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try(handle: IO[str]) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _free(handle: IO[str]) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
