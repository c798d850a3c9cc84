"""The one engine behind check, watch, notebooks and CI: run chosen tests of a folder in a process of their own."""

from __future__ import annotations

import os
import secrets
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from workbook.runner import preflight as folders
from workbook.runner.classify import STACKS_SHARE, Facts, judge
from workbook.runner.forks import CAN_FORK, ForkServer
from workbook.runner.orphans import end_orphans, place
from workbook.runner.process import CHECKOUT, INSIDE, Ending, Standby, command, environment, settings
from workbook.runner.records import read_records
from workbook.runner.result import Run
from workbook.system.background import later
from workbook.system.errors import UserError

MEMORY = 1024**3  # bytes that the tests of one run may hold
ADDRESS_SPACE = 8 * MEMORY  # threads reserve far more than they use; this stops one huge allocation at once
FILE_SIZE = 128 * 1024**2  # bytes of one file, captured output included
LOCK_SHARE, STATEMENT_SHARE = 0.5, 0.6  # of the hard timeout: the database gives up first, and says why
LOCK_SECONDS = 5.0  # at most: who waits longer than this waits for a transaction that the waiter itself holds open


class CancelledError(Exception):
    """The run was not wanted any more."""


class Runner:
    """Keeps `keep` standby interpreters ready. Started lazily; safe to share between threads; a context manager."""

    def __init__(self, keep: int = 2, *, fork: bool = CAN_FORK) -> None:
        """`fork` says whether the standbys are forked from a server, which only Linux can do."""
        self._keep, self._fork = keep, fork
        self._server: ForkServer | None = None
        self._standbys: list[Standby] = []
        self._working: set[Standby] = set()
        self._cancelled = False
        self._lock = threading.Lock()
        self._made_from = ""
        self._closed = self._swept = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def warm(self) -> None:
        """Start the standby interpreters now, without waiting for them."""
        stale = self._renewed()
        with self._lock:
            while len(self._standbys) < self._keep and not self._closed:
                self._standbys.append(Standby(self._server))
        for one in stale:
            one.end()

    def _renewed(self) -> list[Standby | ForkServer]:
        """Keep only what would be made alike now; returns the others, which are to be ended."""
        made_from = fingerprint()
        with self._lock:
            other = made_from != self._made_from
            stale: list[Standby | ForkServer] = [one for one in self._standbys if other or not one.alive]
            self._standbys = [one for one in self._standbys if one not in stale]
            if self._server is not None and (other or not self._server.alive):
                stale.append(self._server)
                self._server = None
            self._made_from = made_from
            if self._fork and self._server is None and not self._closed:
                self._server = ForkServer(command(), settings())
        return stale

    def close(self) -> None:
        """End all standby interpreters. A second call does nothing."""
        with self._lock:
            self._closed = True
            ending: list[Standby | ForkServer] = [*self._standbys, *([self._server] if self._server else [])]
            self._standbys, self._server = [], None
        for one in ending:
            one.end()

    def cancel(self) -> None:
        """End every run; this one and all later ones raise `CancelledError` until `resume` is called."""
        with self._lock:
            self._cancelled = True
            working = list(self._working)
        for one in working:
            one.stop()

    def resume(self) -> None:
        """Take runs again."""
        with self._lock:
            self._cancelled = False

    @property
    def pids(self) -> tuple[int, ...]:
        """Of the processes that stand by, as soon as they are ready."""
        with self._lock:
            standbys = [*self._standbys]
        for one in standbys:
            one.wait_ready()
        return tuple(one.pid for one in standbys)

    def run(
        self,
        folder: Path,
        targets: Sequence[str],
        *,
        database_url: str,
        timeout: float = 20,
        options: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
    ) -> Run:
        """Run `targets` (files, folders or node ids, relative to `folder`) and return what came of it.

        `timeout` is in seconds; then the whole process tree is killed. `options` go to pytest, whose plugins are
        loaded only where asked (`-p xdist`). `env` is put over the environment. Raises `UserError` when no interpreter
        can be started, and `CancelledError` after `cancel`.
        """
        folder = folder.resolve()
        if problem := folders.findings(folder, targets):
            return problem
        standby = self._take()
        nonce = secrets.token_hex(8)
        record, stacks = standby.home / "record.jsonl", standby.home / "stacks.txt"
        job: dict[str, Any] = {
            "folder": str(folder),
            "args": _arguments(folder, standby.home, targets, options),
            "env": _environment(database_url, timeout) | place(standby.home) | dict(env or {}),
            "record": str(record),
            "nonce": nonce,
            "stacks": str(stacks),
            "stack_after": timeout * STACKS_SHARE,
            "address_space": ADDRESS_SPACE,
            "file_size": FILE_SIZE,
        }
        began = time.monotonic()
        ending = self._work(standby, job, timeout)
        seconds = time.monotonic() - began
        facts = Facts(
            folder=folder,
            targets=tuple(targets),
            database_url=database_url,
            timeout=timeout,
            ending=ending,
            exit_code=standby.exit_code,
            nonce=nonce,
            records=read_records(record, folder),
            log=standby.log(),
            stacks=stacks.read_text(encoding="utf-8", errors="replace") if stacks.exists() else "",
            seconds=seconds,
        )
        standby.stop()
        self._follow(standby)
        return judge(facts)

    def _work(self, standby: Standby, job: dict[str, Any], timeout: float) -> Ending:
        with self._lock:
            cancelled = self._cancelled
            self._working.add(standby)
        ending: Ending = "gone" if cancelled else standby.work(job, timeout=timeout, memory=MEMORY)
        with self._lock:
            self._working.discard(standby)
            cancelled = self._cancelled
        if cancelled:
            standby.stop()
            self._follow(standby)
            raise CancelledError
        return ending

    def _follow(self, standby: Standby) -> None:
        """Behind a run: tidy up, and have the next standby ready, unless that would slow down another run."""
        if not standby.alone:
            later(end_orphans, standby.home)
        if not self._swept:
            self._swept = True
            later(end_orphans)  # of those who were killed
        later(standby.clear)
        if not self._working:
            later(self.warm)

    def _take(self) -> Standby:
        for one in self._renewed():
            later(one.end)
        with self._lock:
            standby = self._standbys.pop(0) if self._standbys else Standby(self._server)
        try:
            standby.wait_ready()
        except UserError:
            if not self._fork:
                raise
            standby = Standby()  # the fork server has ended; an interpreter of its own works, or says why it does not
            standby.wait_ready()
        return standby


def fingerprint() -> str:
    """Changes when a standby made before would differ from one made now: packages, environment, the runner itself."""
    watched = [CHECKOUT / "requirements.txt", *sorted(INSIDE.glob("*.py"))]
    watched += [Path(entry) for entry in sys.path if entry.endswith("site-packages")]
    stamps = [(str(file), file.stat().st_mtime_ns) for file in watched if file.exists()]
    around = {name: value for name, value in environment(os.environ).items() if not name.startswith("PG")}
    return repr((sys.executable, stamps, sorted(around.items())))  # what PostgreSQL's clients read, a job brings


def _arguments(folder: Path, home: Path, targets: Sequence[str], options: Sequence[str]) -> list[str]:
    settings = folder / "pyproject.toml"
    if not settings.exists():
        settings = home / "pytest.ini"  # else pytest would look for one in the folders above
        settings.write_text("[pytest]\n", encoding="utf-8", newline="\n")
    # The workers of pytest-xdist know a plugin by its name only; looking a name up takes time that other runs save.
    fixed = ["-p", "workbook_plugin"] if "xdist" in options else []
    fixed += ["-p", "no:cacheprovider", "-p", "no:faulthandler"]
    fixed += ["-q", "--no-header", "--no-summary", "--tb=short", "--show-capture=no", "--color=no"]
    fixed += [f"--rootdir={folder}", "-c", str(settings), f"--basetemp={home / 'tmp'}"]
    return [*fixed, *options, *targets]


def _environment(database_url: str, timeout: float) -> dict[str, str]:
    lock, statement = min(timeout * LOCK_SHARE, LOCK_SECONDS), timeout * STATEMENT_SHARE
    return environment(os.environ) | {
        "DATABASE_URL": database_url,
        "PGOPTIONS": f"-c lock_timeout={lock * 1000:.0f} -c statement_timeout={statement * 1000:.0f}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "COLUMNS": "100",
    }
