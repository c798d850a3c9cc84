"""Tells a person what happened beside what they asked for, and what is waited for. Standard library only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer

SILENCE = 2.0  # seconds after which a person is told what is waited for

_told: set[str] = set()


def tell(text: str) -> None:
    """Say it on standard error, once in the life of this process; a stream that is closed hears nothing."""
    if text not in _told:
        _told.add(text)
        _say(f"! {text}")


@contextmanager
def waiting(text: str) -> Iterator[None]:
    """Say it where the block takes longer than two seconds. Notebooks keep what is printed, so there it is not said."""
    timer = Timer(SILENCE, _say, [text])
    timer.daemon = True
    if "ipykernel" not in sys.modules:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _say(text: str) -> None:
    with suppress(OSError, ValueError, AttributeError):
        print(text, file=sys.stderr, flush=True)
