"""Progress for people: one updating line on a terminal, plain lines elsewhere. Standard library only."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TextIO

PLAIN_EVERY = 10.0  # seconds between plain lines of one phase


class ProgressLine:
    """Says what goes on, on standard error, with the seconds since it was made."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._start = time.monotonic()
        self._phase = ""
        self._last = 0.0
        self._width = 0

    def show(self, phase: str, done: int | None = None, total: int | None = None) -> None:
        """Say the phase, and how many of how many where that is known. Cheap enough to be called often."""
        now = time.monotonic()
        if not self._live and phase == self._phase and now - self._last < PLAIN_EVERY:
            return
        self._phase, self._last = phase, now
        count = "" if done is None else f": {done} of {total}"
        self._write(f"  {phase}{count} · {now - self._start:.0f} s")

    def say(self, sentence: str) -> None:
        """Say something that stays on the screen."""
        self._write(sentence, stays=True)

    def end(self, sentence: str) -> None:
        """Say how it ended, with the whole time."""
        self.say(f"{sentence} ({time.monotonic() - self._start:.0f} s)")

    def clear(self) -> None:
        """Take the updating line away, where there is one."""
        if self._live and self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._width = 0
        self._stream.flush()

    def _write(self, text: str, *, stays: bool = False) -> None:
        if stays or not self._live:
            self.clear()
            self._stream.write(text + "\n")
        else:
            text = text[: shutil.get_terminal_size().columns - 1]
            self._stream.write("\r" + text.ljust(self._width))
            self._width = len(text)
        self._stream.flush()
