"""How a person at this terminal calls the command."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def call(arguments: str = "") -> str:
    """What to type: `workbook stop` where that is on PATH, as in an activated .venv, else what works in this folder."""
    found = shutil.which("workbook")
    if found and Path(found).parent == Path(sys.executable).parent:
        return f"workbook {arguments}".rstrip()
    return f"{'py' if os.name == 'nt' else 'python3'} {_named()} {arguments}".rstrip()


def _named() -> str:
    """`-m workbook`, which Python finds in the checkout only; to the command in another folder, its path."""
    root = PACKAGE.parent
    if Path(sys.argv[0]).parent != PACKAGE or (here := Path.cwd()) == root:
        return "-m workbook"
    if root in here.parents:
        return str(Path(*[".."] * len(here.relative_to(root).parts), PACKAGE.name))
    return f'"{PACKAGE}"' if os.name == "nt" else shlex.quote(str(PACKAGE))
