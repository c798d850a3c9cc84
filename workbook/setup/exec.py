"""Turn this process into another command. Standard library only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn


def hand_over(command: Sequence[str], env: Mapping[str, str] | None = None, folder: Path | None = None) -> NoReturn:
    """Run `command` in our place, in `folder` (default: here): its exit code is ours, and Ctrl-C is its own to answer.

    Raises FileNotFoundError when `command[0]` is no program on the PATH of `env`.
    """
    env = dict(os.environ if env is None else env)
    program = shutil.which(command[0], path=env.get("PATH"))
    if program is None:
        raise FileNotFoundError(command[0])
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":  # there, exec starts a second process and gives the terminal back at once
        sys.exit(run_child([program, *command[1:]], env, folder))
    if folder is not None:
        os.chdir(folder)
    os.execve(program, list(command), env)


def run_child(command: Sequence[str], env: Mapping[str, str], folder: Path | None) -> int:
    """Run `command` and give back its exit code; a Ctrl-C reaches it too, so we wait for what it makes of that."""
    with subprocess.Popen(list(command), env=dict(env), cwd=folder) as child:
        while True:
            try:
                code = child.wait()
                return 128 - code if code < 0 else code
            except KeyboardInterrupt:
                continue
