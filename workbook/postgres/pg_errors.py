"""What PostgreSQL's programs and the system complain of, as sentences with a next step."""

from __future__ import annotations

import errno
from pathlib import Path

from workbook.system.errors import UserError
from workbook.system.invocation import call

_NO_ROOM = ("No space left", "Disk quota exceeded", "not enough space")
_NO_RIGHT = ("Read-only file system", "Permission denied")


def explain(said: str, folder: Path) -> UserError:
    """What the programs said when they could not make or start the cluster in `folder`."""
    lines = [line for line in said.splitlines() if any(word in line for word in ("FATAL", "PANIC", "error"))]
    cause = (lines or said.splitlines() or ["it does not say why"])[-1].split(": ", 1)[-1].strip().rstrip(".")
    if is_full(said):
        return full(folder, cause)
    if any(words in said for words in _NO_RIGHT):
        return _unusable(folder, cause)
    return UserError(f"PostgreSQL does not start in {folder}: {cause}.", f"Run `{call('doctor')}`: it names the cures.")


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
