"""One standby interpreter as its parent sees it: started, ready, given one job, ended with all its children."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import psutil

from workbook.trouble import Trouble

INSIDE = Path(__file__).parent / "inside"
CHECKOUT = Path(__file__).parents[2]
START_TIMEOUT = 60.0  # seconds; a cold disk and an antivirus are slow, a broken environment fails at once
WATCH_EVERY = 0.1  # seconds between two looks at the memory of a running job
EVERY_TREE = 10  # looks of which one is at its children too: to find them takes longer

Ending = Literal["done", "gone", "timeout", "memory"]

_starting = threading.Lock()  # one at a time: on Windows two simultaneous starts could share each other's pipes


def environment(base: Mapping[str, str]) -> dict[str, str]:
    """`base` without what would steer Python or pytest from outside."""
    steering = ("PYTHON", "PYTEST_", "COV_", "COVERAGE_", "PGOPTIONS")
    on_build_machines = {"CI", "BUILD_NUMBER"}  # where they are set, pytest tells every failure at length
    return {
        name: value
        for name, value in base.items()
        if not name.upper().startswith(steering) and name.upper() not in on_build_machines
    }


class Standby:
    """A process of `workbook_standby.py`. Use once."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="workbook-run-")).resolve()
        self._log = (self.home / "log.txt").open("wb")
        with _starting:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(INSIDE / "workbook_standby.py"), str(CHECKOUT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                cwd=self.home,
                env=environment(os.environ) | {"PYTHONIOENCODING": "utf-8"},
                **_apart(),
            )
        self._said: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True, name="workbook-standby")
        self._listener.start()
        self._ready = False
        self._alone = False  # whether it is known that nothing else is to be ended with it

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(OSError, ValueError), self._process.stdout as answers:
            for line in answers:
                self._said.put(line.decode().strip())
        self._said.put("")

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def wait_ready(self) -> None:
        """Return when it takes a job; raises `Trouble` when it cannot start."""
        if self._ready:
            return
        with contextlib.suppress(queue.Empty):
            self._ready = self._said.get(timeout=START_TIMEOUT) == "READY"
        if not self._ready:
            reason = (self.log().strip().splitlines() or ["It said nothing."])[-1]
            self.end()
            raise Trouble(
                f"The test runner does not start: {reason}", "Run `workbook doctor`; it finds what is missing."
            )

    def work(self, job: dict[str, Any], *, timeout: float, memory: int) -> Ending:
        """Hand over the job and wait until it is done, gone, or over `timeout` seconds or `memory` bytes."""
        deadline, looks = time.monotonic() + timeout, 0
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(json.dumps(job).encode() + b"\n")
            self._process.stdin.flush()
        while (left := deadline - time.monotonic()) > 0:
            try:
                said = self._said.get(timeout=min(left, WATCH_EVERY))
                if said.startswith("DONE"):
                    self._alone = said == "DONE"
                    return "done"
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(timeout=5)  # its pipe is closed; the exit code follows
                return "gone"
            except queue.Empty:
                looks += 1
                if memory_of(self.pid, alone=looks % EVERY_TREE != 0) > memory:
                    return "memory"
        return "timeout"

    def log(self) -> str:
        """What the process printed outside of pytest's capture; at most 64 KiB."""
        with contextlib.suppress(OSError), (self.home / "log.txt").open("rb") as log:
            return log.read(65_536).decode("utf-8", errors="replace")
        return ""

    def stop(self) -> None:
        """Kill the process and all that it started, at once. Never raises."""
        end_tree([] if self._alone else _tree(self.pid), self.pid)
        if sys.platform == "win32":
            self._wait()  # the folder it ran in can only be removed when it is gone

    def clear(self) -> None:
        """After `stop`: wait until it is gone and remove its files. Never raises."""
        self._wait()
        self._listener.join(timeout=1)
        for pipe in (self._process.stdin, self._log):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def end(self) -> None:
        """Stop and clear."""
        self.stop()
        self.clear()

    def _wait(self) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)


def _apart() -> dict[str, Any]:
    """A Ctrl-C in the terminal is for the workbook, not for its standby processes."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def _tree(pid: int, *, alone: bool = False) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        first = psutil.Process(pid)
        return [first] if alone else [first, *first.children(recursive=True)]
    return []


def memory_of(pid: int, *, alone: bool = False) -> int:
    """Resident bytes of a process and, unless it is looked at `alone`, of everything it started."""
    total = 0
    for process in _tree(pid, alone=alone):
        with contextlib.suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def end_tree(tree: list[psutil.Process], pid: int) -> None:
    """Kill these processes, and on POSIX the session that the process `pid` leads."""
    if sys.platform == "win32":
        tree = tree or _tree(pid)
    else:
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
    for process in tree:
        with contextlib.suppress(psutil.Error):
            process.kill()
