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
from workbook.system import files, state_files
from workbook.system.state_files import NotUnderstoodError, StateFile

ASIDE = desk.ASIDE / "notebooks"
SLIDES = "rise.css"


@dataclass(frozen=True)
class Opened:
    """The file of the reader's copy, whether it is new on disk, and what has to be said about it."""

    path: Path
    written: bool
    notes: tuple[str, ...] = ()


def path(chapter: Chapter) -> Path:
    """Beside the folder of the chapter's exercise."""
    return _copy.file(chapter.root, slug=chapter.slug)


def base(chapter: Chapter) -> Path:
    """What the copy was made from; without it nobody could tell what the reader changed."""
    return _source.file(chapter.root, slug=chapter.slug)


def open_notebook(chapter: Chapter) -> Opened:
    """Make the reader's copy, or merge a newer chapter into it.

    Nothing that the reader wrote is lost: what a merge replaces is set aside first. Raises `UserError` where the copy
    cannot be read or written.
    """
    fresh, place, root, slug = blanked(read(chapter.notebook)), path(chapter), chapter.root, chapter.slug
    notes: tuple[str, ...] = ()
    try:
        mine, old = _copy.understood(root, slug=slug), _source.read(root, slug=slug)
    except NotUnderstoodError:
        mine, aside = None, _set_aside(chapter)
        said = f"{_shown(chapter, place)} is not a notebook any more. It is now {_shown(chapter, aside)}."
        notes = said, "You have a fresh one."
    if mine is None:
        _write(chapter, fresh, fresh)
        return Opened(place, written=True, notes=notes)
    if old and text(old) == text(fresh):
        return Opened(place, written=False)
    new, both = merged(old or fresh, mine, fresh)
    if new["cells"] == mine["cells"]:
        _write(chapter, None, fresh)
        return Opened(place, written=False)
    aside = _set_aside(chapter)
    _write(chapter, new | {"metadata": mine["metadata"]}, fresh)
    return Opened(place, written=True, notes=tuple(_told(chapter, aside, len(both))))


def style_slides(root: Path) -> None:
    """Put the style of the slides beside the reader's copies: RISE looks for it there, by this name."""
    style, place = root / "notebooks" / SLIDES, root / "desk" / SLIDES
    if style.is_file() and (text := style.read_text(encoding="utf-8")) != (
        place.is_file() and place.read_text("utf-8")
    ):
        files.write(place, text)


def _told(chapter: Chapter, aside: Path, both: int) -> list[str]:
    told = [f"{chapter.slug} changed, so your notebook of it has been updated. What you wrote is still there."]
    if both:
        cells = "One cell that you changed was changed here too: the new one follows yours."
        told.append(cells if both == 1 else f"{both} cells that you changed were changed here too: each follows yours.")
    return [*told, f"The notebook as it was: {_shown(chapter, aside)}"]


def _notebook(given: str) -> Notebook:
    """A notebook with an id for each cell: some editors give none."""
    notebook: Notebook = {"metadata": {}, **json.loads(given)}
    for place, cell in enumerate(notebook["cells"]):
        cell.setdefault("id", f"yours-{place}")
    text(notebook)  # raises where it is none
    return notebook


def _write(chapter: Chapter, mine: Notebook | None, source: Notebook) -> None:
    for state, notebook in ((_copy, mine), (_source, source)):
        if notebook is not None:
            state.write(chapter.root, text(notebook), slug=chapter.slug)


def _set_aside(chapter: Chapter) -> Path:
    """Rename the copy; returns where it is now."""
    shelf = chapter.root / ASIDE
    stamp = f"{chapter.slug}_{time.strftime('%Y-%m-%d_%H-%M-%S')}"
    try:
        return path(chapter).rename(files.unused(state_files.folder(shelf) / f"{stamp}.ipynb"))
    except OSError as error:
        raise state_files.unreadable(path(chapter), error) from None


def _shown(chapter: Chapter, place: Path) -> str:
    return desk.shown(chapter, place)


_copy = StateFile("desk/{slug}.ipynb", "Your notebook", _notebook)
_source = StateFile(".workbook/notebooks/{slug}.ipynb", "What your notebook was made from", _notebook)
