"""How a person at this terminal calls the command."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path


def call(arguments: str = "") -> str:
    """What to type: `workbook stop` where that is on PATH, as in an activated .venv, else the long form."""
    found = shutil.which("workbook")
    if found and Path(found).parent == Path(sys.executable).parent:
        return f"workbook {arguments}".rstrip()
    return f"{'py' if os.name == 'nt' else 'python3'} -m workbook {arguments}".rstrip()
