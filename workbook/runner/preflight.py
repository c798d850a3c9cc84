"""What can be said of a folder before anything in it is run: missing test files, names that shadow Python's own."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from workbook.runner.causes import NameTaken, NoTest
from workbook.runner.result import Run, broken

# Top-level packages that the standby has imported already: a learner's module of that name would never be seen.
PACKAGES = frozenset(
    {
        "alembic",
        "anyio",
        "fastapi",
        "httpx2",
        "jwt",
        "pluggy",
        "psycopg2",
        "pwdlib",
        "pydantic",
        "pydantic_settings",
        "pytest",
        "sqlalchemy",
        "starlette",
        "tenacity",
        "uvicorn",
    }
)
NOT_CODE = {"__pycache__", ".venv", ".git", ".workbook", "node_modules", "sabotage"}


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
        standard = name in sys.stdlib_module_names
        if standard or (module.parent == folder and name in PACKAGES):
            relative = module.relative_to(folder).as_posix()
            return broken(NameTaken(relative, name, standard), {"file": relative})
    return None


def modules(folder: Path) -> Iterator[Path]:
    """Every module file below the folder, and every package folder directly in it; in order of name."""
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and entry.name not in NOT_CODE and not entry.name.startswith("."):
            if (entry / "__init__.py").exists():
                yield entry
            yield from modules(entry)
        elif entry.suffix == ".py":
            yield entry
