"""What state `.venv` is in, told from its stamp without starting its Python. Standard library only."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

from workbook.system.errors import UserError
from workbook.system.state_files import StateFile

STAMP = "workbook.json"
OLDEST = (3, 11)


@dataclass(frozen=True)
class Stamp:
    """What an environment was made for. `wanted` is empty while the work on it is not finished."""

    root: str
    base: str  # the real file of the Python behind it
    python: str  # "3.11"
    wanted: str  # sha256 of what was to be installed


@dataclass(frozen=True)
class Condition:
    """Whether `.venv` can be used as it is; if not, why, and whether it must be made from nothing."""

    ready: bool
    remake: bool = False
    why: str = ""


def condition(root: Path) -> Condition:
    """Look at `<root>/.venv`: a few milliseconds when it is ready."""
    venv = root / ".venv"
    if not os.path.lexists(venv):
        return Condition(False, remake=True)
    stamp = read_stamp(venv)
    base = base_python(venv)
    if base is None:
        return Condition(False, remake=True, why="The Python that .venv was made from is gone.")
    if stamp is None:
        if not _runs_new_enough(venv):
            return Condition(False, remake=True, why="The Python in .venv does not run, or is too old.")
        return Condition(False, why="The environment .venv was not made by the workbook: its packages are added.")
    if not stamp.wanted:
        return Condition(False, remake=True, why="The environment .venv is half finished.")
    if stamp.root != str(root):
        return Condition(False, remake=True, why=f".venv belongs to another folder, {stamp.root}.")
    if stamp.base != base and _version(venv) != stamp.python:
        return Condition(False, remake=True, why=f"The Python that .venv was made from is no longer {stamp.python}.")
    if stamp.wanted != wanted(root):
        return Condition(False, why="requirements.txt has changed.")
    return Condition(True)


def is_inside(venv: Path) -> bool:
    """Whether the Python that runs this is the one of `venv`."""
    return venv.is_dir() and Path(sys.prefix).is_dir() and venv.samefile(sys.prefix)


def python_of(venv: Path) -> Path:
    """The interpreter of an environment."""
    return venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def site_packages(venv: Path) -> Path:
    """Where an environment keeps its packages."""
    if sys.platform == "win32":
        return venv / "Lib" / "site-packages"
    return next(venv.glob("lib/python3*/site-packages"), venv / "lib")


def packages(venv: Path) -> int:
    """How many packages stand in an environment."""
    return sum(1 for _ in site_packages(venv).glob("*.dist-info"))


def base_python(venv: Path) -> str | None:
    """The real file behind the environment's interpreter; None when that is gone."""
    if sys.platform == "win32":  # there, python.exe is a small program that starts the one in `home`
        try:
            lines = (venv / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return None
        settings = dict(line.split(" = ", 1) for line in lines if " = " in line)
        base = Path(settings.get("home", "")) / "python.exe"
    else:
        base = Path(os.path.realpath(python_of(venv)))
    return str(base) if base.is_file() and python_of(venv).is_file() else None


def wanted(root: Path) -> str:
    """A fingerprint of everything that is installed: the requirements and the checkout's own metadata."""
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
        requirements = (root / "requirements.txt").read_bytes().replace(b"\r\n", b"\n")
    except (OSError, ValueError) as error:
        raise UserError(
            f"pyproject.toml or requirements.txt in {root} cannot be read: {error}",
            "Bring them back, for example with: git checkout pyproject.toml requirements.txt",
        ) from None
    ours = json.dumps([project.get("project"), project.get("build-system")], sort_keys=True, default=str)
    return hashlib.sha256(requirements + ours.encode()).hexdigest()


def read_stamp(venv: Path) -> Stamp | None:
    """The stamp of an environment; None where there is none that can be understood."""
    return _state.read(venv.parent)


def write_stamp(venv: Path, root: Path, *, finished: bool) -> None:
    """Note for what the environment is made; `finished` is the last thing that is written into it."""
    stamp = Stamp(str(root), base_python(venv) or "", _version(venv), wanted(root) if finished else "")
    _state.write(venv.parent, json.dumps(asdict(stamp), indent=1) + "\n")


def _stamp(text: str) -> Stamp:
    stamp = Stamp(**json.loads(text))
    if not all(isinstance(value, str) for value in asdict(stamp).values()):
        raise TypeError
    return stamp


def _version(venv: Path) -> str:
    """Ask the environment's interpreter for its version, as in "3.11"; "" when it does not run."""
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([python_of(venv), "-I", "-c", question], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def _runs_new_enough(venv: Path) -> bool:
    version = _version(venv)
    return bool(version) and tuple(map(int, version.split("."))) >= OLDEST


_state = StateFile(f".venv/{STAMP}", "What the environment was made for", _stamp)
