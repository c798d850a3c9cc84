"""Starts a process apart from the terminal. Standard library only."""

from __future__ import annotations

import subprocess
import sys
from typing import Any


def apart(*, hidden: bool = True) -> dict[str, Any]:
    """Options of `Popen` for a child that no Ctrl-C of ours reaches.

    On Windows, one that is `hidden` has no window and outlives ours; another one ends with it.
    """
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | (subprocess.CREATE_NO_WINDOW if hidden else 0)}
    return {"start_new_session": True}
