"""The two things that need git: what is not committed yet, and fitting a patch where the lines have moved."""

from __future__ import annotations

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from workbook.chapters import difference
from workbook.system.errors import UserError


@dataclass(frozen=True)
class Change:
    """What happened to one file; `None` stands for "there is no such file"."""

    before: str | None
    after: str | None


@dataclass(frozen=True)
class Fit:
    """A change fitted to another copy of the file: how that went, and the copy's two texts around it."""

    how: Literal["applied", "loosely", "carried"]  # loosely: with one line of context instead of three
    change: Change


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


def fit(change: Change, text: str | None) -> Fit | None:
    """Make the same change in another copy of the file, whose text is `text`; None where it does not fit.

    Full context first, then one line of it. Where the change fits forwards and backwards alike, nobody
    can know whether it is in already: then it does not fit.
    """
    if text == change.after:
        return Fit("carried", change)
    if text == change.before:
        return Fit("applied", change)
    if text is None or change.before is None or change.after is None:
        return None
    patch = difference.of_file("file", change.before, change.after)
    for context in (3, 1):
        forwards, backwards = _applied(text, patch, f"-C{context}"), _applied(text, patch, f"-C{context}", "--reverse")
        if forwards is not None and backwards is not None:
            return None
        if forwards is not None:
            return Fit("applied" if context == 3 else "loosely", Change(text, forwards))
        if backwards is not None:
            return Fit("carried", Change(backwards, text))
    return None


def _applied(text: str, patch: str, *options: str) -> str | None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "file").write_text(text, encoding="utf-8", newline="\n")
        (folder / "patch").write_text(patch, encoding="utf-8", newline="\n")
        run = _run(folder, "apply", "--whitespace=nowarn", *options, "patch")
        return difference.read(folder / "file") if run.returncode == 0 else None


def _git(folder: Path, *arguments: str) -> str:
    run = _run(folder, *arguments)
    if run.returncode == 0:
        return run.stdout
    reason = next(iter(run.stderr.strip().splitlines()), "it gave no reason")
    raise UserError(f"git could not read {folder}: {reason}.", "Work in a clone of the workbook that has a commit.")


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
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
