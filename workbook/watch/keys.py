"""Reads single keys from a terminal, without waiting for Enter."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

LOOK_EVERY = 0.1  # seconds between two looks whether to stop


def keys(stop: Event) -> Iterator[str]:
    """Yield each key that is pressed until `stop` is set, or until the terminal is gone."""
    while not stop.is_set():
        pressed = _pressed()
        if pressed is None:
            return
        yield from pressed


if sys.platform == "win32":
    import msvcrt

    @contextmanager
    def single_keys() -> Iterator[None]:
        """Nothing to prepare: `msvcrt` reads single keys."""
        yield

    def _pressed() -> str | None:
        if msvcrt.kbhit():
            return msvcrt.getwch()
        time.sleep(LOOK_EVERY / 2)
        return ""

else:
    import os
    import select
    import termios
    import tty

    @contextmanager
    def single_keys() -> Iterator[None]:
        """Have the terminal hand over each key at once; at the end it is as it was."""
        descriptor = sys.stdin.fileno()
        before = termios.tcgetattr(descriptor)
        try:
            tty.setcbreak(descriptor)
            yield
        finally:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)

    def _pressed() -> str | None:
        """What was typed, "" when nothing was, None when the terminal is gone."""
        descriptor = sys.stdin.fileno()
        try:
            if not select.select([descriptor], [], [], LOOK_EVERY)[0]:
                return ""
            return os.read(descriptor, 64).decode("utf-8", errors="ignore") or None
        except OSError:
            return None
