"""What PostgreSQL's programs and the system complain of, as sentences with a next step."""

from __future__ import annotations

import errno
from pathlib import Path

from workbook.system.errors import UserError
from workbook.system.invocation import call

_NO_ROOM = ("No space left", "Disk quota exceeded", "not enough space")
_NO_RIGHT = ("Read-only file system", "Permission denied")
_TOO_LITTLE = (  # for a server to begin with: of files, processes, memory, time
    *("Too many open files", "insufficient file descriptors", "could not fork", "Resource temporarily unavailable"),
    *("Cannot allocate memory", "could not create shared memory", "could not map anonymous shared memory"),
    *("could not create semaphores", "out of memory", "did not end within", "is starting up", "lock file"),
)


class ClusterError(UserError):
    """A trouble that may be the cluster's own, in `folder`, and not one of what is around it."""


def explain(said: str, folder: Path, what: str = "PostgreSQL does not start in") -> UserError:
    """What the programs said when they could not make, start or read the cluster in `folder`."""
    lines = [line for line in said.splitlines() if any(word in line for word in ("FATAL", "PANIC", "ERROR", "error"))]
    last = (lines or said.splitlines() or ["it does not say why"])[-1]
    cause = last.split(": ", 1)[-1].strip().rstrip(".")
    if is_full(said):
        return full(folder, cause)
    if any(words in said for words in _NO_RIGHT):
        return _unusable(folder, cause)
    if any(words in last for words in _TOO_LITTLE):
        return UserError(
            f"{what} {folder} now: {cause}.",
            f"Your databases are as they were. Close other programs or open another terminal; then `{call('doctor')}`.",
        )
    return ClusterError(f"{what} {folder}: {cause}.", f"Run `{call('doctor')}`: it names the cures.")


def of_system(error: OSError, folder: Path) -> UserError:
    """What the system refused us when we worked in `folder`."""
    cause = error.strerror or str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return full(folder, cause)
    return _unusable(Path(error.filename or folder), cause)


def is_full(said: str) -> bool:
    """Whether the programs found no room on the disk."""
    return any(words in said for words in _NO_ROOM)


def full(folder: Path, cause: str) -> UserError:
    """There is no room for what PostgreSQL must write."""
    return UserError(f"The disk is full at {folder}: {cause}.", "Make room, or move the workbook to another disk.")


def _unusable(path: Path, cause: str) -> UserError:
    return UserError(
        f"{path} cannot be used: {cause}.",
        "Run the command as the user who made the checkout, or move the workbook into a folder of your own.",
    )
