"""Fill an environment by uv or pip while its progress is shown. Standard library only."""

from __future__ import annotations

import os
import queue
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from workbook.setup import install_errors
from workbook.setup.environment import packages, python_of
from workbook.setup.progress_line import ProgressLine

QUIET = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "PIP_PROGRESS_BAR": "off",
    "PIP_USER": "0",  # a person's own "install for the user only" would refuse to work in an environment
    "PYTHONUTF8": "1",
    "NO_COLOR": "1",
}
FETCHING, INSTALLING = "Fetching packages", "Installing packages"
MISLEADING = ("PIP_TARGET", "PIP_PREFIX", "PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__")


def find_uv() -> str | None:
    """The uv that is on PATH and runs (a version manager leaves stand-ins there that do not)."""
    uv = shutil.which("uv")
    if uv is None:
        return None
    try:
        works = subprocess.run([uv, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return None
    return uv if works else None


def fill(root: Path, progress: ProgressLine, log: Path, *, held: int) -> str:
    """Install what requirements.txt names, and the checkout itself, into `<root>/.venv`.

    `held` is a descriptor that the installer inherits. Returns the name of the installer; raises `UserError`.
    """
    venv, uv = root / ".venv", find_uv()
    python = str(python_of(venv))
    listed = _listed(root / "requirements.txt")
    log.write_text("", encoding="utf-8")
    what = ["--no-deps", "-r", str(root / "requirements.txt"), "-e", str(root)]  # the list is complete and pinned
    if uv:
        _run(
            [uv, "pip", "install", "--python", python, "--compile-bytecode", *what],
            Phase("uv", listed),
            root,
            progress,
            log,
            held,
        )
        return "uv"
    if subprocess.run([python, "-I", "-c", "import pip"], capture_output=True).returncode != 0:
        _run([python, "-I", "-m", "ensurepip", "--default-pip"], Phase("ensurepip", 0), root, progress, log, held)
    _run([python, "-m", "pip", "install", *what], Phase("pip", listed), root, progress, log, held)
    return "pip"


class Phase:
    """How far an installer, `tool`, is. With a `total` of 0 it has one phase, and nothing is counted."""

    def __init__(self, tool: str, total: int) -> None:
        self.tool = tool
        self.name = f"Running {tool}"
        self.total = total
        self.fetched = 0

    def hear(self, line: str) -> None:
        """Take one line of pip or uv."""
        if not self.total:
            return
        if line.startswith("Ignoring "):  # a package for other systems
            self.total -= 1
        elif resolved := re.match(r"Resolved (\d+) package", line):
            self.name, self.total = FETCHING, int(resolved[1])
        elif line.startswith(("Collecting ", "Processing ", "Obtaining ", "Requirement already satisfied")):
            self.name, self.fetched = FETCHING, min(self.fetched + 1, self.total)
        elif line.startswith(("Installing collected packages", "Prepared ")):
            self.name = INSTALLING
        elif line.startswith("Installed "):
            self.name = "Compiling packages"
        elif "Retrying" in line:
            self.name = "The network does not answer, trying again"

    def show(self, progress: ProgressLine, venv: Path) -> None:
        """Tell the progress."""
        if self.name == INSTALLING:
            progress.show(self.name, min(packages(venv), self.total), self.total)
        elif self.name == FETCHING and self.fetched:
            progress.show(self.name, self.fetched, self.total)
        else:
            progress.show(self.name)


def _run(command: Sequence[str], phase: Phase, root: Path, progress: ProgressLine, log: Path, held: int) -> None:
    env = {name: value for name, value in os.environ.items() if name not in MISLEADING} | QUIET
    process = subprocess.Popen(
        command,
        env=env,
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        pass_fds=() if sys.platform == "win32" else (held,),
    )
    try:
        with log.open("a", encoding="utf-8", newline="\n") as copy:
            for line in _lines(process):
                if line is not None:
                    copy.write(line)
                    phase.hear(line)
                phase.show(progress, root / ".venv")
        code = process.wait()
    except BaseException:
        process.terminate()
        process.wait(timeout=30)
        raise
    if code:
        raise install_errors.of_log(log.read_text(encoding="utf-8"), root, log, phase.tool)


def _listed(requirements: Path) -> int:
    """How many packages are asked for, the checkout itself among them."""
    lines = requirements.read_text(encoding="utf-8").splitlines()
    return 1 + sum(1 for line in lines if line.strip() and line[0] not in "# -")


def _lines(process: subprocess.Popen[str]) -> Iterator[str | None]:
    """What a process says, line by line; None whenever a fifth of a second passed without a line."""
    heard: queue.Queue[str | None] = queue.Queue()

    def listen() -> None:
        for line in process.stdout or ():
            heard.put(line)
        heard.put(None)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        try:
            line = heard.get(timeout=0.2)
        except queue.Empty:
            yield None
            continue
        if line is None:
            return
        yield line
