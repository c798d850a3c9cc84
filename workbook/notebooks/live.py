"""The author's loop: at each save a notebook is run in a kernel that was started ahead, and held to what is stored."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
from watchfiles import DefaultFilter, watch

from workbook.course import Chapter
from workbook.notebooks.comparison import code_cells, differences
from workbook.notebooks.execution import execute, kernel_environment, own_kernel, read
from workbook.notebooks.lint import lint
from workbook.system.errors import UserError

# What nearly every notebook imports first. Nothing of it is left in the namespace.
AHEAD = "import workbook.nb, workbook.pictures, workbook.runner, fastapi.testclient, sqlalchemy.orm, psycopg2"
FORGET = "del workbook, fastapi, sqlalchemy, psycopg2"
QUIET = 50  # milliseconds without a further change before a save counts as whole
LOOK = 500  # milliseconds after which to look, where nothing was told


@dataclass(frozen=True)
class Try:
    """What one run of a notebook came to: how many code cells, in how many seconds, and how it differs."""

    cells: int
    seconds: float
    findings: list[str]


class Kernel:
    """A context manager around one kernel that stands by; each run uses it up, and `renew` starts the next."""

    def __init__(self, folder: Path) -> None:
        """`folder` is where the notebooks are run."""
        self._folder = folder
        self._manager: Any = None
        self._used, self._pid = False, 0

    def __enter__(self) -> Self:
        self.renew()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(Exception):  # Ctrl-C may have come in the middle of an ending
            self._end()
        if self._manager is not None and self._pid:
            with suppress(psutil.Error):
                psutil.Process(self._pid).kill()

    def renew(self) -> None:
        """Start a kernel, without waiting for it, and end the one that was used."""
        from jupyter_core.utils import run_sync

        self._end()
        self._manager, self._used, self._pid = own_kernel()(), False, 0
        ahead = [f"--IPKernelApp.exec_lines={line}" for line in (AHEAD, FORGET)]
        run_sync(self._manager.start_kernel)(
            cwd=str(self._folder),
            env=kernel_environment(),
            stderr=subprocess.DEVNULL,
            extra_arguments=["--HistoryManager.hist_file=:memory:", *ahead],
        )
        self._pid = int(self._manager.provisioner.pid)

    def run(self, path: Path) -> Try:
        """Run the notebook; findings where a cell fails, or does not do what is stored."""
        begun = time.monotonic()
        stored = read(path)
        self._used = True
        try:
            findings = differences(stored, execute(path, stored, kernel=self._manager), path)
        except UserError as error:
            findings = [error.what]
        return Try(len(code_cells(stored)), time.monotonic() - begun, findings)

    @property
    def pid(self) -> int:
        """Of the kernel's process."""
        return self._pid

    def _end(self) -> None:
        from jupyter_core.utils import run_sync

        if self._manager is not None:  # one that was used ends in peace: the notebook's database is dropped
            run_sync(self._manager.shutdown_kernel)(now=not self._used)
            self._manager = None


def tries(chapter: Chapter, changes: Callable[[Chapter], Iterator[object]]) -> Iterator[Try]:
    """Try the chapter's notebook now, and again after each of the `changes`."""
    with Kernel(chapter.notebook.parent) as kernel:
        for _ in changes(chapter):
            try:
                tried = kernel.run(chapter.notebook)
            except UserError as error:  # the file is gone, or half written
                yield Try(0, 0.0, [error.what])
                continue
            yield replace(tried, findings=[*tried.findings, *lint(chapter.notebook, chapter)])
            kernel.renew()


def saves(chapter: Chapter) -> Iterator[None]:
    """Once at first, then after each save that changes the notebook or a file of its chapter."""
    known = _state(chapter)
    yield
    folders = chapter.notebook.parent, chapter.folder
    looks = watch(*folders, watch_filter=DefaultFilter(), step=QUIET, rust_timeout=LOOK, yield_on_timeout=True)
    for _ in looks:  # also without a change, now and then: what was saved during a try is told to nobody
        now = _state(chapter)
        if now != known:
            known = now
            yield


def _state(chapter: Chapter) -> dict[Path, bytes]:
    files = [chapter.notebook, *chapter.folder.rglob("*.py"), *chapter.folder.rglob("*.toml")]
    return {file: file.read_bytes() for file in files if file.is_file()}
