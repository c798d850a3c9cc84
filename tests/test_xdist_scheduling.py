"""A parallel run keeps together what belongs together, and spreads all else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

TESTS = """
import pytest
{mark}

@pytest.mark.parametrize("number", range(6))
def test_it(number, request):
    if number == 0 and not {marked}:
        import time
        time.sleep(0.7)  # as long as this one runs, the other worker takes the rest
"""
GROUP = "pytestmark = pytest.mark.xdist_group('together')"


def test_spreading_keeps_marked_files_on_one_worker(tmp_path: Path) -> None:
    """The tests of a marked file share a worker and so their fixtures; those of another file do not."""
    (tmp_path / "test_marked.py").write_text(TESTS.format(mark=GROUP, marked=True), encoding="utf-8")
    (tmp_path / "test_plain.py").write_text(TESTS.format(mark="", marked=False), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "xdist_scheduling", "-n", "2", "-v"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    env |= {"PYTHONPATH": str(Path(__file__).parent), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    said = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, encoding="utf-8", check=True).stdout
    ran = re.findall(r"\[(gw\d)\].* (test_\w+)\.py::", said)
    workers = {file: len({worker for worker, name in ran if name == file}) for file in ("test_marked", "test_plain")}
    assert workers == {"test_marked": 1, "test_plain": 2}, said
