"""Runs ruff with the settings of the checkout."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def ruff(*arguments: str, within: Path = ROOT) -> tuple[int, str]:
    """Run ruff in the folder `within`; its exit code and what it said."""
    command = [sys.executable, "-m", "ruff", *arguments, "--config", str(ROOT / "pyproject.toml")]
    done = subprocess.run(command, cwd=within, capture_output=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout + done.stderr
