"""What can be said of a folder before anything in it is run: missing test files, names that shadow Python's own."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Sequence
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Literal

from workbook.runner.causes import NameTaken, NoTest
from workbook.runner.result import Run, broken
from workbook.system import leftovers


def findings(folder: Path, targets: Sequence[str]) -> Run | None:
    """A broken run when the folder cannot be judged at all, else None."""
    return _missing(folder, targets) or _shadowing(folder)


def _missing(folder: Path, targets: Sequence[str]) -> Run | None:
    for target in targets:
        name = target.split("::")[0]
        if not (folder / name).exists():
            return broken(NoTest(name, missing=True), {"file": name})
    return None


def _shadowing(folder: Path) -> Run | None:
    for module in modules(folder):
        name = module.stem if module.suffix else module.name
        if by := _taken(folder, module, name):
            relative = module.relative_to(folder).as_posix()
            return broken(NameTaken(relative, name, by), {"file": relative})
    return None


def _taken(folder: Path, module: Path, name: str) -> Literal["standard", "installed", "folder"] | None:
    """Who else has the module's name; None where nobody does."""
    if name in sys.stdlib_module_names:
        return "standard"
    if module.suffix and (module.parent / name).is_dir():
        return "folder"
    return "installed" if module.parent == folder and _is_installed(name) else None


def _is_installed(name: str) -> bool:
    """Whether a package of our environment has this name; nothing is imported to find out."""
    paths = sysconfig.get_paths()
    found = PathFinder.find_spec(name, [paths["purelib"], paths["platlib"]])
    return found is not None and found.origin is not None


def modules(folder: Path) -> list[Path]:
    """Every module file below the folder, and the folder of every package; in order of name."""
    files = {file for file in leftovers.files(folder) if file.suffix == ".py"}
    return sorted(file.parent if file.name == "__init__.py" else file for file in files)
