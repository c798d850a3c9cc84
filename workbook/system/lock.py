"""A lock that one process holds at a time, and that the system frees when its holder dies. Standard library only."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbook.system import notices, state_files

OFTEN = 0.1  # seconds between two tries


@contextmanager
def exclusive(file: Path, waiting: str) -> Iterator[int]:
    """Hold `file` alone; `waiting` is said where another process has it for long. Yields the file's descriptor.

    On POSIX a child that inherits the descriptor holds the lock on, even when we are killed.
    Raises `UnreadableError` where the system does not let us have the file.
    """
    descriptor = _opened(file)
    try:
        if not attempt(descriptor):
            with notices.waiting(waiting):
                while not attempt(descriptor):
                    time.sleep(OFTEN)
        try:
            yield descriptor
        finally:
            free(descriptor)
    finally:
        os.close(descriptor)


def _opened(file: Path) -> int:
    """The file, made where it is missing; what is in its place and is no file is set aside."""
    if os.path.lexists(file) and not file.is_file():
        state_files.set_aside(file)
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:  # another user's: to read it is enough to hold it
        try:
            return os.open(file, os.O_RDONLY)
        except OSError:
            raise state_files.unreadable(file, error) from None
    except OSError as error:
        raise state_files.unreadable(file, error) from None


if sys.platform == "win32":
    import msvcrt

    def attempt(descriptor: int) -> bool:
        """Take the lock; False where another process has it."""
        os.lseek(descriptor, 0, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def free(descriptor: int) -> None:
        """Give the lock back."""
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def attempt(descriptor: int) -> bool:
        """Take the lock; False where another process has it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def free(descriptor: int) -> None:
        """Give the lock back."""
        fcntl.flock(descriptor, fcntl.LOCK_UN)
