"""What a run wrote down reads the same wherever it ran."""

from __future__ import annotations

from pathlib import PurePath, PurePosixPath, PureWindowsPath

import pytest

from workbook.runner.records import steady

WINDOWS, POSIX = PureWindowsPath(r"C:\Users\Ada\run"), PurePosixPath("/home/ada/run")


@pytest.mark.parametrize("folder", [WINDOWS, POSIX], ids=["windows", "posix"])
@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("{app/main.py}:7: in ping\n    {x}\nE   assert 1 == 2", "app/main.py:7: in ping\n    {x}\nE   assert 1 == 2"),
        ('  File "{/app/main.py}", line 3, in ping', '  File "app/main.py", line 3, in ping'),
        (
            "file {/tests/test_it.py}, line 5\n  def test_it(none):",
            "file tests/test_it.py, line 5\n  def test_it(none):",
        ),
        ("<Session object at 0x7F00AB>", "<Session object>"),
    ],
    ids=["pytest", "python", "fixture", "address"],
)
def test_record_reads_the_same_on_every_system(told: str, read: str, folder: PurePath) -> None:
    """Files below the folder are told from there on, with forward slashes."""
    for path in ("app/main.py", "/app/main.py", "/tests/test_it.py"):
        there = str(folder / path.lstrip("/")) if path.startswith("/") else str(type(folder)(path))
        told = told.replace(f"{{{path}}}", there)

    assert steady({"traceback": told}, folder) == {"traceback": read}


def test_record_keeps_the_backslashes_of_what_was_compared() -> None:
    """They are the learner's own: only the file in a line of a traceback is told another way."""
    text = "E   AssertionError: assert 'a\\b.py:1: c' == 'a'\nE     - a\\b"

    assert steady({"traceback": text}, WINDOWS) == {"traceback": text}


def test_record_tells_a_file_in_a_library_with_forward_slashes() -> None:
    """Such a file lies outside of the folder, on Windows perhaps on another drive."""
    told = r"D:\work\.venv\Lib\site-packages\anyio\from_thread.py:88: in call"

    assert steady({"traceback": told}, WINDOWS)["traceback"] == told.replace("\\", "/")
