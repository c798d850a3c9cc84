"""What a run leaves on the machine: files in its own temporary folder, and processes that are known by it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import psutil

from workbook.system import session

FILES = "files"


def place(home: Path) -> dict[str, str]:
    """The variables that give a run with the folder `home` a temporary folder of its own, which goes with it."""
    folder = home / FILES
    folder.mkdir(exist_ok=True)
    return dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))


def end_orphans(home: Path | None = None) -> None:
    """Kill what the run in `home` started and nobody waits for; without it, that of all runs that are over.

    A process that left its session and its parents still has the temporary folder of its run in its environment.
    """
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid == os.getpid() or not (mine := _folder(process)):
                continue
            if mine.parent == home or (home is None and not mine.exists()):
                process.kill()


def _folder(process: psutil.Process) -> Path | None:
    """The temporary folder of the run that a process belongs to; None where it belongs to none."""
    named = Path(process.environ().get("TMPDIR", ""))
    ours = named.name == FILES and named.parents[1].name.startswith(session.PREFIX)
    return named if ours else None
