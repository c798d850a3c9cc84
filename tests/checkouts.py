"""A bare checkout whose command says where it runs, and an installer that does what a test asks of it."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[1] / "workbook"
ROOMS = ("setup", "system")
STANDARD_LIBRARY_ONLY = (
    "__init__",
    "__main__",
    *(f"{room}.{file.stem}" for room in ROOMS for file in sorted((PACKAGE / room).glob("*.py"))),
)

COMMAND = """
    import json, sys

    def main():
        print(json.dumps({"prefix": sys.prefix, "args": sys.argv[1:]}))
        sys.exit(int(sys.argv[2]) if sys.argv[1:2] == ["exit"] else 0)
"""

PROJECT = """
    [project]
    name = "workbook"
    version = "0"

    [project.scripts]
    workbook = "workbook.__main__:main"

    [build-system]
    requires = []
    build-backend = "backend"
    backend-path = ["."]
"""

# The smallest thing that `pip install -e` accepts, so that a real install needs no network.
BACKEND = """
    import pathlib, zipfile

    def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
        name, info = "workbook-0-py3-none-any.whl", "workbook-0.dist-info"
        files = {
            "workbook.pth": str(pathlib.Path.cwd()),
            info + "/METADATA": "Metadata-Version: 2.1\\nName: workbook\\nVersion: 0\\n",
            info + "/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
            info + "/entry_points.txt": "[console_scripts]\\nworkbook = workbook.__main__:main\\n",
        }
        record = "".join(file + ",,\\n" for file in [*files, info + "/RECORD"])
        with zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w") as wheel:
            for file, text in {**files, info + "/RECORD": record}.items():
                wheel.writestr(file, text)
        return name
"""

# Stands on PATH as `uv`. What it does is said by files beside it.
INSTALLER = """
    import os, pathlib, sys, time

    here = pathlib.Path(__file__).parent
    if sys.argv[1] != "--version":
        with open(here / "calls", "a") as calls:
            calls.write("%d\\n" % os.getpid())
        while (here / "hold").exists():
            time.sleep(0.02)
        if (here / "fails").exists():
            sys.exit((here / "fails").read_text(encoding="utf-8"))
        print("Resolved 1 package in 1ms")
        venv = pathlib.Path(sys.argv[sys.argv.index("--python") + 1]).parents[1]
        site = next(iter([*venv.glob("lib/python3*/site-packages"), venv / "Lib" / "site-packages"]))
        (site / "workbook.pth").write_text(sys.argv[-1], encoding="utf-8")
"""


@dataclass
class Ran:
    """What one run of the command came to."""

    code: int
    stdout: str
    stderr: str

    @property
    def prefix(self) -> Path:
        """The environment that the command ran in."""
        return Path(json.loads(self.stdout)["prefix"])

    @property
    def args(self) -> list[str]:
        return list(json.loads(self.stdout)["args"])


@dataclass
class Checkout:
    """A bare checkout in a folder of its own, and the folder that is its whole PATH."""

    root: Path
    path: Path
    env: dict[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, folder: Path, name: str = "checkout") -> Checkout:
        """A checkout without `.venv`; nothing is on its PATH."""
        root, path = folder / name, folder / "path"
        for folder in ROOMS:
            (root / "workbook" / folder).mkdir(parents=True)
        path.mkdir()
        for module in STANDARD_LIBRARY_ONLY:
            file = f"{module.replace('.', '/')}.py"
            shutil.copy(PACKAGE / file, root / "workbook" / file)
        files = {"workbook/cli.py": COMMAND, "pyproject.toml": PROJECT, "backend.py": BACKEND, "requirements.txt": "\n"}
        for file, text in files.items():
            (root / file).write_text(textwrap.dedent(text), encoding="utf-8")
        kept = ("SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
        env = {name: os.environ[name] for name in kept if name in os.environ}
        return cls(root, path, env | {"PATH": str(path), "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"})

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def calls(self) -> int:
        """How often the stand-in for uv was asked to install."""
        calls = self.path / "calls"
        return len(calls.read_text(encoding="utf-8").splitlines()) if calls.exists() else 0

    def use_installer(self) -> None:
        """Put the stand-in for uv on PATH."""
        script = self.path / "installer.py"
        script.write_text(textwrap.dedent(INSTALLER), encoding="utf-8")
        if os.name == "nt":
            (self.path / "uv.cmd").write_text(f'@"{sys.executable}" "{script}" %*\n', encoding="utf-8")
        else:
            uv = self.path / "uv"
            uv.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "{script}" "$@"\n', encoding="utf-8")
            uv.chmod(uv.stat().st_mode | stat.S_IXUSR)

    def let_installer(self, what: str, text: str = "") -> None:
        """`hold` until `go_on`, or `fails` with `text`."""
        (self.path / what).write_text(text, encoding="utf-8")

    def go_on(self) -> None:
        """End what `let_installer` asked for."""
        for what in ("hold", "fails"):
            (self.path / what).unlink(missing_ok=True)

    def begin(self, *args: str, before: str = "") -> subprocess.Popen[str]:
        """Start the command, after the statements `before`; the caller waits for it."""
        return subprocess.Popen(**self._asked(args, before), stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *args: str, before: str = "") -> Ran:
        """Run the command to its end."""
        done = subprocess.run(**self._asked(args, before), capture_output=True, timeout=120)
        return Ran(done.returncode, done.stdout, done.stderr)

    def _asked(self, args: tuple[str, ...], before: str) -> dict[str, Any]:
        start = ["-m", "workbook"]
        if before:
            start = ["-c", f"import sys; {before}\nfrom workbook.__main__ import main; main()"]
        command = [sys.executable, *start, *args]
        return {
            "args": command,
            "cwd": self.root,
            "env": self.env,
            "stdin": subprocess.DEVNULL,
            "encoding": "utf-8",
        }
