"""Keeps what a person has around them away from the tests: the environment, and what a learner did in this checkout."""

from __future__ import annotations

import os
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]

# What an operating system needs, the server of one's own that the course may be tested on, and how much is to be tried.
KEPT = {
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
    *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "OS", "NUMBER_OF_PROCESSORS"),
    *("USERNAME", "USERDOMAIN", "COMPUTERNAME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA"),
    *("PROGRAMDATA", "PROGRAMFILES", "PROGRAMFILES(X86)", "PROGRAMW6432", "PROCESSOR_ARCHITECTURE"),
    *("CI", "COURSE", "DATABASE_URL", "HOSTILE", "HOSTILE_SEED"),
}
PREFIX = "PYTEST_"  # what pytest and its workers tell each other

OWN = "desk", ".workbook"  # folders of the checkout that hold what a learner did
SERVER = "postgres", "checkout"  # in .workbook: everybody's


def leave_behind() -> None:
    """Take away each variable that no test needs, and let none read the learner's files from now on."""
    for name in os.environ.keys() - KEPT:
        if not name.startswith(PREFIX):
            del os.environ[name]
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event not in ("open", "os.listdir", "os.scandir") or not isinstance(arguments[0], str | os.PathLike):
        return
    path = Path(arguments[0]).absolute()
    inside = path.relative_to(CHECKOUT).parts if path.is_relative_to(CHECKOUT) else ()
    if len(inside) > 1 and inside[0] in OWN and inside[1] not in SERVER:
        raise AssertionError(f"{path} is what a learner did in this checkout: a test takes a copy, or the toy course.")
