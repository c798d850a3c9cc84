"""Every small file in which the command remembers something: read with care, written whole, never lost.

What the system does not let us read stays as it is. What is there and cannot be understood is set aside and named.
Standard library only.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from workbook.system import files, notices
from workbook.system.errors import UserError

T = TypeVar("T")

LARGEST = 16 * 2**20  # bytes
KNOWN: list[StateFile[Any]] = []


class UnreadableError(UserError):
    """The system does not let us read or write a file that is there."""


class NotUnderstoodError(Exception):
    """There is something in the file's place, and it is not what we wrote."""


@dataclass(frozen=True)
class StateFile(Generic[T]):
    """One such file: `place` below the course's folder, `what` it holds, and how its text is understood.

    A place like "desk/{slug}.ipynb" is one for each chapter, whose `names` tell which one is meant.
    `understand` raises ValueError, TypeError, KeyError or AttributeError for what it cannot make sense of.
    """

    place: str
    what: str
    understand: Callable[[str], T]

    def __post_init__(self) -> None:
        KNOWN.append(self)

    def file(self, root: Path, **names: str) -> Path:
        """Where it is."""
        return root / self.place.format(**names)

    def read(self, root: Path, **names: str) -> T | None:
        """What is remembered; None where nothing is. Raises `UnreadableError`, and then the file stays as it is."""
        file = self.file(root, **names)
        try:
            return self.understood(root, **names)
        except NotUnderstoodError:
            aside = set_aside(file)
            notices.tell(f"{self.what}: {file} could not be understood. It is kept as {aside.name}, beside it.")
        return None

    def read_or_tell(self, root: Path) -> T | None:
        """The same for what we can do without: where it cannot be read, that is said and nothing is known."""
        try:
            return self.read(root)
        except UnreadableError as error:
            notices.tell(f"{error.what} {error.todo}")
            return None

    def write(self, root: Path, text: str, *, durable: bool = True, **names: str) -> None:
        """Put it in the place of what was remembered. Raises `UnreadableError`; then the file is as it was."""
        file = self.file(root, **names)
        self.read(root, **names)  # what cannot be read is not written over, and what cannot be understood is kept
        try:
            folder(file.parent)
            files.write(file.resolve(), text, durable=durable)
        except OSError as error:
            raise unreadable(file, error) from None

    def write_or_tell(self, root: Path, text: str, *, durable: bool = True) -> None:
        """The same for what we can do without: where it cannot be written, that is said."""
        try:
            self.write(root, text, durable=durable)
        except UnreadableError as error:
            notices.tell(f"{error.what} {error.todo}")

    def understood(self, root: Path, **names: str) -> T | None:
        """The same, but what cannot be understood stays, and `NotUnderstoodError` is raised."""
        file = self.file(root, **names)
        try:
            return self.understand(_text(file))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise unreadable(file, error) from None
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
            raise NotUnderstoodError from None


def folder(place: Path) -> Path:
    """The folder `place`, made where it is missing, for its owner alone. Raises `UnreadableError`."""
    try:
        for one in reversed((place, *place.parents)):  # `parents=True` would make those above for everybody
            if not one.is_dir():
                one.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise unreadable(place, error) from None
    return place


def set_aside(file: Path) -> Path:
    """Rename what is in a file's place; returns where it is now. Raises `UnreadableError` where it stays."""
    aside = files.unused(file.with_stem(f"{file.stem}.damaged"))
    try:
        file.rename(aside)
    except FileNotFoundError:  # another process was first
        pass
    except OSError as error:
        raise unreadable(file, error) from None
    return aside


def unreadable(file: Path, error: OSError) -> UnreadableError:
    """What the system refused, whose the file is, and the command that gives it back."""
    cause = f"{error.strerror or error}{_owned(file)}"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UnreadableError(f"The disk is full at {file}.", "Make room; what was there before is as it was.")
    return UnreadableError(f"{file} cannot be used: {cause}.", f"It stays as it is. {_cure(file)}")


def _text(file: Path) -> str:
    """The text of a regular file; `NotUnderstoodError` where there is something else in its place."""
    try:
        found = file.stat()
    except FileNotFoundError:
        if os.path.lexists(file):  # a link that leads nowhere
            raise NotUnderstoodError from None
        raise
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotUnderstoodError from None
        raise
    if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
        raise NotUnderstoodError
    return file.read_text(encoding="utf-8")


def _blocking(file: Path) -> Path:
    """The file, or the nearest folder above it that is there."""
    return next((one for one in (file, *file.parents) if os.path.lexists(one)), file)


def _owned(file: Path) -> str:
    """Whose it is, as a clause; "" where it is ours, or where nobody knows."""
    if sys.platform == "win32":
        return ""
    try:
        place = _blocking(file)
        owner = place.lstat().st_uid
        return f": {place} belongs to {place.owner()}" if owner != os.geteuid() else ""
    except (OSError, KeyError):
        return ""


def _cure(file: Path) -> str:
    place = _blocking(file)
    if sys.platform == "win32":
        return f"Close the programs that have it open, and see that you may read and write {place}."
    if _owned(file):
        return f'Make it yours again: sudo chown -R "$(id -un)" "{_topmost(place)}"'
    return f'Let yourself read and write it: chmod -R u+rwX "{_topmost(place)}"'


def _topmost(place: Path) -> Path:
    """Of a place in `desk` or `.workbook`, that folder: what locks us out of one file often does of others."""
    return next((one for one in (place, *place.parents) if one.name in ("desk", ".workbook")), place)
