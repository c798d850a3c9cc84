"""No test depends on whose machine it runs on, or on what was done in the checkout before."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from surroundings import CHECKOUT

FOREIGN = {"COLUMNS": "40", "NO_COLOR": "1", "FORCE_COLOR": "1", "PGHOST": "elsewhere", "WORKBOOK_ROOT": "nowhere"}


def test_surroundings_are_left_behind() -> None:
    """What a person's shell exports reaches no test; the server of their own does."""
    code = "import os, surroundings; surroundings.leave_behind(); print(*os.environ)"
    env = os.environ | FOREIGN | {"PYTHONPATH": str(Path(__file__).parent), "DATABASE_URL": "postgresql://own"}

    left = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout

    assert set(left.split()) & {*FOREIGN, "PYTHONPATH", "DATABASE_URL", "PATH"} == {"DATABASE_URL", "PATH"}


@pytest.mark.parametrize("file", ["desk/progress.json", "desk/04_registration/tests", ".workbook/seconds.json"])
def test_surroundings_of_the_learner_cannot_be_read(file: str) -> None:
    """A test that looks at a learner's copy is told so, where there is one and where there is none."""
    with pytest.raises(AssertionError, match="is what a learner did in this checkout"):
        (CHECKOUT / file).open()


def test_surroundings_of_everybody_can_be_read() -> None:
    """The server of the checkout is the tests' too."""
    with pytest.raises(FileNotFoundError):
        (CHECKOUT / ".workbook" / "postgres" / "nothing").open()
