"""The reader's own copy of a chapter's notebook: made with blanks, updated cell by cell, never overwritten."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

from workbook.course import Chapter
from workbook.learner import desk
from workbook.notebooks.blanks import blanked, merged
from workbook.notebooks.canonical import Notebook, text
from workbook.notebooks.execution import read
from workbook.system import files
from workbook.system.errors import UserError

ASIDE = desk.ASIDE / "notebooks"


@dataclass(frozen=True)
class Opened:
    """The file of the reader's copy, whether it is new on disk, and what has to be said about it."""

    path: Path
    written: bool
    notes: tuple[str, ...] = ()


def path(chapter: Chapter) -> Path:
    """Beside the folder of the chapter's exercise."""
    return chapter.desk.with_name(f"{chapter.slug}.ipynb")


def base(chapter: Chapter) -> Path:
    """What the copy was made from; without it nobody could tell what the reader changed."""
    return chapter.root / ".workbook" / "notebooks" / f"{chapter.slug}.ipynb"


def open_notebook(chapter: Chapter) -> Opened:
    """Make the reader's copy, or merge a newer chapter into it.

    Nothing that the reader wrote is lost: what a merge replaces is set aside first. Raises `UserError` where the copy
    cannot be read or written.
    """
    fresh, place = blanked(read(chapter.notebook)), path(chapter)
    try:
        if not place.exists():
            _write(chapter, fresh, fresh)
            return Opened(place, written=True)
        mine, old = _mine(place), _base(chapter) or fresh
        if mine is None:
            aside = _set_aside(chapter)
            _write(chapter, fresh, fresh)
            said = f"{_shown(chapter, place)} is not a notebook any more. It is now {_shown(chapter, aside)}."
            return Opened(place, written=True, notes=(said, "You have a fresh one."))
        if text(old) == text(fresh) and base(chapter).exists():
            return Opened(place, written=False)
        new, both = merged(old, mine, fresh)
        if new["cells"] == mine["cells"]:
            _write(chapter, None, fresh)
            return Opened(place, written=False)
        aside = _set_aside(chapter)
        _write(chapter, new | {"metadata": mine["metadata"]}, fresh)
        return Opened(place, written=True, notes=tuple(_told(chapter, aside, len(both))))
    except OSError as error:
        raise UserError(
            f"Your notebook {_shown(chapter, place)} cannot be opened: {error.strerror or error}.",
            "Make it readable and writable for you, then try again.",
        ) from None


def _told(chapter: Chapter, aside: Path, both: int) -> list[str]:
    told = [f"{chapter.slug} changed, so your notebook of it has been updated. What you wrote is still there."]
    if both:
        cells = "One cell that you changed was changed here too: the new one follows yours."
        told.append(cells if both == 1 else f"{both} cells that you changed were changed here too: each follows yours.")
    return [*told, f"The notebook as it was: {_shown(chapter, aside)}"]


def _mine(place: Path) -> Notebook | None:
    """The reader's copy; None where the file is something else by now."""
    try:
        return read(place) if isinstance(json.loads(place.read_bytes()), dict) else None
    except (ValueError, UserError):
        return None


def _base(chapter: Chapter) -> Notebook | None:
    try:
        return read(base(chapter))
    except (OSError, UserError):
        return None


def _write(chapter: Chapter, mine: Notebook | None, source: Notebook) -> None:
    for place, notebook in ((path(chapter), mine), (base(chapter), source)):
        if notebook is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            files.write(place, text(notebook))


def _set_aside(chapter: Chapter) -> Path:
    """Rename the copy; returns where it is now."""
    shelf = chapter.root / ASIDE
    shelf.mkdir(parents=True, exist_ok=True)
    stamp = f"{chapter.slug}_{time.strftime('%Y-%m-%d_%H-%M-%S')}"
    return path(chapter).rename(files.unused(shelf / f"{stamp}.ipynb"))


def _shown(chapter: Chapter, place: Path) -> str:
    return desk.shown(chapter, place)
