"""Keeps stored notebooks true: executes them anew, stores what changed, or says what differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from workbook import course
from workbook.notebooks.canonical import Notebook, canonical, text
from workbook.notebooks.comparison import code_cells, differences
from workbook.notebooks.execution import execute, read, write
from workbook.notebooks.lint import lint


def refresh(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Execute the notebooks, and write those whose sources or outputs changed; yields each, and whether it was written.

    Where nothing changed but the output of ignored cells (measured figures, for example), the file stays as it is; an
    author who wants them anew clears them first. Raises `UserError` at the first cell that fails; that notebook is
    not written.
    """
    for path in paths:
        fresh, stored = execute(path), canonical(read(path))
        as_written = path.read_text(encoding="utf-8") == text(stored)
        changed = not as_written or _cleared(stored, fresh) or bool(differences(stored, fresh, path))
        if changed:
            write(path, fresh)
        yield path, changed


def _cleared(stored: Notebook, fresh: Notebook) -> bool:
    """Whether a cell that shows something has no output stored."""
    pairs = zip(code_cells(stored), code_cells(fresh), strict=True)
    return any(new["outputs"] and not old["outputs"] for old, new in pairs)


def check(paths: Sequence[Path]) -> list[str]:
    """Lint and execute the notebooks; findings where they are not well kept, or do not do what is stored."""
    chapters = course.load().by_slug
    findings = []
    for path in paths:
        findings += lint(path, chapters.get(path.stem))
        if path.is_file():
            findings += differences(read(path), execute(path), path)
    return findings
