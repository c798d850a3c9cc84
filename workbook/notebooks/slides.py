"""Holds a notebook to what a talk needs: every section begins a slide, and whoever speaks finds notes for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from workbook.notebooks.blanks import with_blanks
from workbook.notebooks.canonical import Cell, joined

SECTION = "## "
KINDS = "slide", "subslide", "fragment", "skip"  # without one, a cell goes on where the one before it was
TALLEST = 9  # cells on one slide
LONGEST = 15  # lines of code on one slide, as its readers see them: with a blank where they write


def findings(cells: Sequence[Cell]) -> Iterator[tuple[Cell, str]]:
    """Each cell where slides or notes are wanting, with a sentence."""
    setup = next((cell for cell in cells if cell["cell_type"] == "code"), None)
    for cell in cells:
        if (kind := _kind(cell)) not in ("", *KINDS):
            yield cell, f"its slide type is {kind!r}: it must be one of {', '.join(KINDS)}."
        elif cell is setup and kind == "skip":
            yield cell, "it sets the chapter up, and a talk runs what it shows: give it the slide type fragment."
        elif is_section(cell) and kind not in ("slide", "subslide"):
            yield cell, "a section begins a slide: give this cell the slide type slide or subslide."
    for slide in split(cells, lambda cell: _kind(cell) == "slide"):
        if not any(str(cell["metadata"].get("notes", "")).strip() for cell in slide):
            yield slide[0], "its slide has no speaker notes: put `notes` into the metadata of this cell."
    for slide in split(cells, lambda cell: _kind(cell) in ("slide", "subslide")):
        if (seen := sum(_kind(cell) != "skip" for cell in slide)) > TALLEST:
            yield slide[0], f"{seen} cells do not fit on its slide: begin a subslide after at most {TALLEST}."
        if (lines := sum(map(_lines, slide))) > LONGEST:
            yield slide[0], f"{lines} lines of code do not fit on its slide: at most {LONGEST}, then a subslide."


def is_section(cell: Cell) -> bool:
    """Whether a section begins with this cell."""
    return cell["cell_type"] == "markdown" and joined(cell["source"]).startswith(SECTION)


def title(cell: Cell) -> str:
    """The title of the section that begins with this cell; "" where none does."""
    return joined(cell["source"]).partition("\n")[0].removeprefix(SECTION).strip() if is_section(cell) else ""


def split(cells: Sequence[Cell], begins: Callable[[Cell], bool]) -> Iterator[list[Cell]]:
    """The cells in pieces; each but the first starts with a cell that `begins` one."""
    piece: list[Cell] = []
    for cell in cells:
        if begins(cell) and piece:
            yield piece
            piece = []
        piece.append(cell)
    if piece:
        yield piece


def _lines(cell: Cell) -> int:
    shown = cell["cell_type"] == "code" and _kind(cell) != "skip"
    return len(with_blanks(joined(cell["source"])).splitlines()) if shown else 0


def _kind(cell: Cell) -> str:
    return str(cell["metadata"].get("slideshow", {}).get("slide_type") or "")
