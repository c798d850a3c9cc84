"""Standard input, output and error as any shell may hand them over: closed, full, or read no more. Stdlib only."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import Any

from workbook.system.console import PLAIN

STANDARD = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


class Tolerant(io.RawIOBase):
    """Writes where `stream` does. What is not taken there is dropped, and the first reason is kept in `refused`.

    A command does its work to the end, whoever reads what it says.
    """

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self._stream = stream  # which would close what is below it, were it forgotten
        self._raw: Any = getattr(stream.buffer, "raw", stream.buffer)
        self.refused: OSError | None = None

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return bool(self._raw.isatty())

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def write(self, data: Any, /) -> int | None:
        try:
            written: int | None = self._raw.write(data)
        except OSError as error:
            self.refused = self.refused or error
            return memoryview(data).nbytes
        return written


def prepare() -> None:
    """Give this process three streams that can be used without a thought."""
    for number, (name, mode) in enumerate(STANDARD):
        try:
            os.fstat(number)
        except OSError:  # else the next file that is opened would get this number, and what a child prints
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    sys.stdout, sys.stderr = _tolerant(sys.stdout), _tolerant(sys.stderr)


def refused() -> OSError | None:
    """Why standard output did not take all that was said; None where it did, or where its reader had enough."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    error = raw.refused if isinstance(raw, Tolerant) else None
    return None if isinstance(error, BrokenPipeError) else error


def _tolerant(stream: Any) -> Any:
    if not isinstance(stream, io.TextIOWrapper):  # a test's own
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(Tolerant(stream)),
        encoding=stream.encoding,
        errors=PLAIN,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
