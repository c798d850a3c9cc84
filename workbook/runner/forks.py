"""Standbys that are forked, on a system where that is safe: imports are made once, and a further standby costs little.

On macOS a fork may end in a crash inside the system's own libraries, and Windows has none: there, and wherever a fork
fails, each standby is an interpreter of its own. Either way a process runs one job, and nothing of another one's.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

from workbook.system import session

CAN_FORK = sys.platform == "linux"
GLANCE = 0.005  # seconds between two questions whether a process has ended


class ForkServer:
    """A process of `workbook_standby.py` that never runs a job itself. Safe to share between threads."""

    _home: Path
    _asking: threading.Lock
    _socket: socket.socket
    _process: subprocess.Popen[bytes]

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        """Start it, without waiting for it; `command` takes the number of a file descriptor as last argument."""
        if sys.platform == "win32":
            raise OSError("Windows has no fork.")
        self._home = session.temporary("forks")
        self._asking = threading.Lock()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, (self._home / "log.txt").open("wb") as log:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=self._home,
                env=env,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def fork(self, home: Path, log: IO[bytes]) -> tuple[IO[bytes], IO[bytes]]:
        """Ask for a standby in the folder `home`; returns its input and output. It says its pid itself.

        Raises `OSError` where the server has ended.
        """
        if sys.platform == "win32":
            raise OSError("Windows has no fork.")
        theirs_in, ours_in = os.pipe()
        ours_out, theirs_out = os.pipe()
        pipes = os.fdopen(ours_in, "wb"), os.fdopen(ours_out, "rb")
        try:
            with self._asking:
                socket.send_fds(
                    self._socket, [json.dumps({"home": str(home)}).encode()], [theirs_in, theirs_out, log.fileno()]
                )
        except OSError:
            for pipe in pipes:
                pipe.close()
            raise
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        return pipes

    def wait(self, pid: int, seconds: float) -> int | None:
        """Wait until a standby has ended; its exit code, or None where it has not, or nobody knows any more."""
        deadline = time.monotonic() + seconds
        with contextlib.suppress(OSError, ValueError):
            while (code := self._ended(pid)) is None and time.monotonic() < deadline:
                time.sleep(GLANCE)
            return code
        return None  # the server has ended

    def _ended(self, pid: int) -> int | None:
        with self._asking:
            self._socket.send(json.dumps({"ended": pid}).encode())
            code: int | None = json.loads(self._socket.recv(64))
        return code

    def end(self) -> None:
        """End it; standbys that have a job go on. Never raises."""
        self._socket.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        if self.alive:
            self._process.kill()
        shutil.rmtree(self._home, ignore_errors=True)
