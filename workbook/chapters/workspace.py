"""A temporary copy of a stage, changed as asked: overlays, removed symbols, replaced files."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from workbook.chapters.changes import FINGERPRINTS, LOCK
from workbook.chapters.symbols import defined, lines_of
from workbook.chapters.variants import CASES, SABOTAGE
from workbook.course import DECLARED, Chapter
from workbook.system import leftovers, session
from workbook.system.errors import UserError

# Of a stage: not part of the app, nor for a learner's eyes.
KEPT_BACK = (SABOTAGE, CASES, LOCK, FINGERPRINTS, DECLARED)


def copy_stage(stage: Path, target: Path) -> None:
    """Copy a stage's files to `target`: the app, its tests, its exercise; neither sabotage nor leftovers of runs."""

    def ignored(folder: str, names: list[str]) -> set[str]:
        here = Path(folder).relative_to(stage)
        return leftovers.everything(folder, names) | {name for name in names if (here / name).as_posix() in KEPT_BACK}

    shutil.copytree(stage, target, ignore=ignored, dirs_exist_ok=True)


def lay_over(overlay: Path, target: Path) -> None:
    """Copy the files of `overlay` over those of `target`."""
    if not overlay.is_dir():
        raise UserError(f"The folder {overlay} is missing.", "Restore it, or correct its name.")
    shutil.copytree(overlay, target, ignore=leftovers.everything, dirs_exist_ok=True)


@contextmanager
def workspace(
    chapter: Chapter,
    *overlays: Path,
    without: Mapping[str, Sequence[str]] | None = None,
    files: Mapping[str, str | None] | None = None,
) -> Iterator[Path]:
    """A copy of the chapter's stage that is removed at the end.

    `overlays` are laid over it in order; `without` names top-level symbols to remove, by file; `files` holds whole
    texts by name, None for a file to remove. Raises `UserError` for an overlay, a file or a symbol that is not there.
    """
    with session.scratch("stage") as temporary:
        folder = Path(temporary).resolve() / chapter.slug
        copy_stage(chapter.folder, folder)
        for overlay in overlays:
            lay_over(overlay, folder)
        for name, symbols in (without or {}).items():
            remove_symbols(folder / name, symbols, name)
        put(folder, files or {})
        yield folder


def put(folder: Path, files: Mapping[str, str | None]) -> None:
    """Write whole texts, by their paths in the folder; where there is None, remove the file."""
    for name, text in files.items():
        file = folder / name
        if text is None:
            file.unlink(missing_ok=True)
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")


def remove_symbols(file: Path, symbols: Sequence[str], name: str) -> None:
    """Remove top-level functions, classes and assignments, with decorators, from a file that is called `name`."""
    if not file.is_file():
        raise UserError(f"{name} is missing: nothing can be removed from it.", "Name a file of the chapter.")
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    places = [(symbol, lines_of(node)) for symbol, node in defined(ast.parse("".join(lines)).body)]
    there = list(dict.fromkeys(symbol for symbol, _ in places))
    for symbol in symbols:
        if symbol not in there:
            raise UserError(f"{name} has no top-level {symbol!r}.", f"Choose from: {', '.join(there)}.")
    gone = {number for symbol, place in places if symbol in symbols for number in place}
    left = [line for number, line in enumerate(lines, start=1) if number not in gone]
    file.write_text("".join(left), encoding="utf-8", newline="\n")
