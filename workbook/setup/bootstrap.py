"""Make `.venv` ready and run the command inside it. Standard library only, as are the modules that it imports."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from workbook.setup import install_errors
from workbook.setup.environment import Condition, condition, is_inside, python_of, site_packages, write_stamp
from workbook.setup.exec import hand_over
from workbook.setup.installer import fill, find_uv
from workbook.setup.progress_line import ProgressLine
from workbook.system import os_errors, streams
from workbook.system.errors import UserError
from workbook.system.lock import exclusive
from workbook.system.os_errors import AGAIN

ROOT = Path(__file__).resolve().parents[2]
HARMLESS = {"PYTHONBREAKPOINT", "PYTHONDONTWRITEBYTECODE", "PYTHONFAULTHANDLER", "PYTHONHASHSEED", "PYTHONIOENCODING"}
HARMLESS |= {"PYTHONPYCACHEPREFIX", "PYTHONUNBUFFERED", "PYTHONUTF8"}
ENTERED = "WORKBOOK_ENTERED"  # set across the step into .venv, so that a failed step is seen and not repeated


def begin() -> None:
    """Return when this process runs in a ready `.venv`; else go there, and say it where that cannot be done."""
    streams.prepare()
    try:
        Path.cwd()
    except OSError:  # the folder that this shell is in is gone; no command of ours needs it
        os.chdir(ROOT)
    try:
        try:
            enter(ROOT)
        except OSError as error:
            raise os_errors.of_system(error, ROOT) from None
    except UserError as error:
        sys.exit(f"✗ {error.what}\n  {error.todo}")
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. Nothing is lost: the next command makes the environment.\n")
        sys.exit(130)


def enter(root: Path) -> None:
    """Return when this process runs in a ready `<root>/.venv`; else make that, and go on inside it."""
    venv = root / ".venv"
    entered = os.environ.pop(ENTERED, None) is not None
    env = unsteered(os.environ)
    if condition(root).ready:
        if is_inside(venv) and (entered or env == os.environ):
            return
        if entered:
            raise UserError(f"{python_of(venv)} does not see {venv} as its own.", f"Delete {venv}. {AGAIN}")
    else:
        make_ready(root)
    # -P: the folder that a learner works in may hold a types.py.
    hand_over([str(python_of(venv)), "-P", "-m", "workbook", *sys.argv[1:]], env | {ENTERED: "1"})


def unsteered(env: Mapping[str, str]) -> dict[str, str]:
    """`env` without what would have Python import, warn or end otherwise than we know it."""

    def steers(name: str) -> bool:
        return name == "__PYVENV_LAUNCHER__" or (name.startswith("PYTHON") and "_" not in name and name not in HARMLESS)

    return {name: value for name, value in env.items() if not steers(name)}


def make_ready(root: Path) -> None:
    """Bring `<root>/.venv` to what requirements.txt asks for; one process does it, others wait for it."""
    progress = ProgressLine()
    state = root / ".workbook"
    try:
        state.mkdir(mode=0o700, exist_ok=True)
        waiting = "Another process is making the environment. Waiting for it (Ctrl-C to stop waiting)."
        with exclusive(state / "environment.lock", waiting) as held:
            found = condition(root)
            try:
                if not found.ready:
                    _make(root, found, progress, state / "install.log", held)
            except (UserError, OSError):
                if found.remake:  # it would be made again anyhow, and a full disk needs the room
                    _remove(root / ".venv")
                raise
    except OSError as error:
        raise install_errors.of_system(error, root) from error
    finally:
        progress.clear()


def _make(root: Path, found: Condition, progress: ProgressLine, log: Path, held: int) -> None:
    venv = root / ".venv"
    if found.why:
        progress.say(found.why)
    if found.remake:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        progress.say(f"Making the environment .venv with Python {version}: once, a minute or two.")
        _remove(venv)
        _create(venv)
    write_stamp(venv, root, finished=False)
    tool = fill(root, progress, log, held=held)
    _make_path_readable(venv, root)
    write_stamp(venv, root, finished=True)
    progress.end(f"✓ The environment is ready: .venv, filled by {tool}")


def _remove(venv: Path) -> None:
    if venv.is_symlink() or venv.is_file():
        venv.unlink()
    elif venv.exists():
        shutil.rmtree(venv)


def _create(venv: Path) -> None:
    """An empty environment, with no pip in it yet: uv needs none, and `fill` adds it otherwise."""
    if importlib.util.find_spec("venv") is None or (not find_uv() and importlib.util.find_spec("ensurepip") is None):
        raise install_errors.no_venv()
    import venv as standard

    try:
        standard.EnvBuilder(symlinks=os.name != "nt").create(venv)
    except ValueError:
        raise UserError(
            f"No environment can be made in {venv.parent}: the path holds a {os.pathsep!r}.",
            "Rename that folder, and run the same command again.",
        ) from None


def _make_path_readable(venv: Path, root: Path) -> None:
    """Python before 3.13 reads .pth files in the encoding of the machine: write ours in ASCII."""
    if str(root).isascii():
        return
    for file in site_packages(venv).glob("*.pth"):
        if file.read_bytes().strip() == str(root).encode():
            line = f"import os, sys; sys.path.append(os.fsdecode({os.fsencode(root)!r}))\n"
            file.write_text(line, encoding="ascii", newline="\n")
