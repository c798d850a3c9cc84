"""Writes a file whole or not at all, and finds names for what is set aside. Standard library only."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import suppress
from itertools import chain, count
from pathlib import Path

TRIES = 20  # on Windows a file cannot be replaced while another process reads it
FORGOTTEN = 60  # seconds after which a draft has no writer any more: it was killed


def write(file: Path, text: str, *, mode: int = 0o600, durable: bool = True) -> None:
    """Put `text` in the place of `file`, in UTF-8; `mode` says who may read it. A `durable` one outlives a power cut.

    Where that fails the file is as it was. Raises `OSError`.
    """
    _sweep(file)
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".new", dir=file.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        draft.chmod(mode)
        _replace(draft, file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def unused(place: Path) -> Path:
    """`place`; where there is something already, the first of the same name with _2, _3, … where there is nothing."""
    numbered = (place.with_stem(f"{place.stem}_{number}") for number in count(2))
    return next(one for one in chain([place], numbered) if not os.path.lexists(one))


def _replace(draft: Path, file: Path) -> None:
    for left in reversed(range(TRIES)):
        try:
            draft.replace(file)
            return
        except PermissionError:
            if not left:
                raise
            time.sleep(0.05)


def _sweep(file: Path) -> None:
    """Remove the drafts of writers that were killed."""
    for draft in file.parent.glob(f".{file.name}.*.new"):
        with suppress(OSError):
            if draft.stat().st_mtime < time.time() - FORGOTTEN:
                draft.unlink()
