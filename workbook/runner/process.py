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
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Literal

import psutil

from workbook.runner.forks import ForkServer
from workbook.system import session
from workbook.system.errors import UserError
from workbook.system.invocation import call
from workbook.system.processes import apart

INSIDE = Path(__file__).parent / "inside"
CHECKOUT = Path(__file__).parents[2]
START_TIMEOUT = 60.0  # seconds; a cold disk and an antivirus are slow, a broken environment fails at once
WATCH_EVERY = 0.1  # seconds between two looks at the memory of a running job
ENDING = 5.0  # seconds in which a killed process is gone
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


class Interpreter:
    """A new process of `workbook_standby.py`."""

    def __init__(self, home: Path, log: IO[bytes]) -> None:
        with _starting:
            self._process = subprocess.Popen(
                command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=home,
                env=settings(),
                **apart(),  # a Ctrl-C in the terminal is for the workbook
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.pipes = self._process.stdin, self._process.stdout

    def wait(self, _: int, seconds: float) -> int | None:
        """The exit code, or None where it has not ended within `seconds`."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(timeout=seconds)
        return None


class Standby:
    """A process that has imported what it needs: forked from `server` where there is one. Use once."""

    def __init__(self, server: ForkServer | None = None) -> None:
        self.home = session.temporary("run")
        self._log = (self.home / "log.txt").open("wb")
        self._origin: ForkServer | Interpreter
        try:
            if server is None:
                raise OSError
            self._origin, pipes = server, server.fork(self.home, self._log)
        except OSError:
            self._origin = Interpreter(self.home, self._log)
            pipes = self._origin.pipes
        self._orders, self._answers = pipes
        self._said: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True, name="workbook-standby")
        self._listener.start()
        self._pid = 0  # until it has said it
        self._exit_code: int | None = None
        self.alone = False  # whether it is known that nothing else is to be ended with it

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError), self._answers as answers:
            for line in answers:
                self._said.put(line.decode().strip())
        self._said.put("")

    @property
    def pid(self) -> int:
        """Of the process, once it is ready; 0 before."""
        return self._pid

    @property
    def alive(self) -> bool:
        return self._listener.is_alive()

    @property
    def exit_code(self) -> int | None:
        """Once it is known to have ended; None before."""
        return self._exit_code

    def wait_ready(self) -> None:
        """Return when it takes a job; raises `UserError` when it cannot start."""
        if self._pid:
            return
        with contextlib.suppress(queue.Empty):
            word, _, pid = self._said.get(timeout=START_TIMEOUT).partition(" ")
            self._pid = int(pid) if word == "READY" else 0
        if not self._pid:
            reason = (self.log().strip().splitlines() or ["It said nothing."])[-1]
            self.end()
            raise UserError(
                f"The test runner does not start: {reason}", f"Run `{call('doctor')}`; it finds what is missing."
            )

    def work(self, job: dict[str, Any], *, timeout: float, memory: int) -> Ending:
        """Hand over the job and wait until it is done, gone, or over `timeout` seconds or `memory` bytes."""
        deadline, looks = time.monotonic() + timeout, 0
        with contextlib.suppress(OSError):
            self._orders.write(json.dumps(job).encode() + b"\n")
            self._orders.flush()
        while (left := deadline - time.monotonic()) > 0:
            try:
                said = self._said.get(timeout=min(left, WATCH_EVERY))
                if said.startswith("DONE"):
                    self.alone = said == "DONE"
                    return "done"
                self._wait()  # its pipe is closed; the exit code follows
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
        if not self._pid:
            return  # it was not given a job: it ends when its input does
        end_tree([] if self.alone else _tree(self._pid), self._pid)
        if sys.platform == "win32":
            self._wait()  # the folder it ran in can only be removed when it is gone

    def clear(self) -> None:
        """After `stop`: wait until it is gone and remove its files. Never raises."""
        with contextlib.suppress(OSError):
            self._orders.close()
        self._listener.join(timeout=ENDING)
        self._wait()
        with contextlib.suppress(OSError):
            self._log.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def end(self) -> None:
        """Stop and clear."""
        self.stop()
        self.clear()

    def _wait(self) -> None:
        if self._exit_code is None and (self._pid or isinstance(self._origin, Interpreter)):
            self._exit_code = self._origin.wait(self._pid, ENDING)


def command() -> list[str]:
    """What starts `workbook_standby.py`."""
    return [sys.executable, "-P", str(INSIDE / "workbook_standby.py"), str(CHECKOUT)]


def settings() -> dict[str, str]:
    """The environment in which it starts; a job brings its own."""
    return environment(os.environ) | {"PYTHONIOENCODING": "utf-8"}


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
