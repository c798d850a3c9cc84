"""What an author's commands ask of git."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from workbook.chapters import difference
from workbook.system.errors import UserError


@dataclass(frozen=True)
class Change:
    """What happened to one file; `None` stands for "there is no such file"."""

    before: str | None
    after: str | None


def uncommitted(root: Path, folder: Path) -> dict[str, Change]:
    """How each file under `folder` differs from the last commit, by its path relative to `folder`.

    Raises `UserError` where there is no git, no repository or no commit, and for a file that is not UTF-8 text.
    """
    under = folder.relative_to(root).as_posix()
    committed = set(_names(_git(root, "ls-tree", "-r", "--name-only", "-z", "HEAD", "--", under)))
    tracked = _git(root, "diff", "HEAD", "--name-only", "--no-renames", "--relative", "-z", "--", under)
    new = _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", under)
    changes = {}
    for path in sorted({*_names(tracked), *_names(new)}):
        file = root / path
        changes[file.relative_to(folder).as_posix()] = Change(
            before=_git(root, "show", f"HEAD:./{path}") if path in committed else None,
            after=difference.read(file) if file.is_file() else None,
        )
    return changes


def committed(root: Path, path: str) -> str | None:
    """The text of the file as it was committed last; None where it was not."""
    done = run(root, "show", f"HEAD:./{path}")
    return done.stdout if done.returncode == 0 else None


def _git(folder: Path, *arguments: str) -> str:
    done = run(folder, *arguments)
    if done.returncode == 0:
        return done.stdout
    reason = next(iter(done.stderr.strip().splitlines()), "it gave no reason")
    raise UserError(f"git could not read {folder}: {reason}.", "Work in a clone of the workbook that has a commit.")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run git in the folder, with settings that change no text; raises `UserError` where there is no git."""
    # A hook sets GIT_DIR and GIT_INDEX_FILE; the ceiling keeps a temporary folder out of any repository around it.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    if arguments[0] == "apply":
        clean["GIT_CEILING_DIRECTORIES"] = str(folder.resolve().parent)
    settings = ["-c", "core.autocrlf=false", "-c", "core.quotePath=false", "-c", "apply.ignoreWhitespace=no"]
    try:
        return subprocess.run(
            ["git", *settings, *arguments],
            cwd=folder,
            env=clean | {"LC_ALL": "C"},
            capture_output=True,
            encoding="utf-8",
            errors="replace",  # a file in another encoding is named when its own text is read
            check=False,
        )
    except FileNotFoundError:
        raise UserError("There is no git on this machine.", "Install git: https://git-scm.com/downloads.") from None


def _names(listing: str) -> list[str]:
    return [name for name in listing.split("\0") if name]
