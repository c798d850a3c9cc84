"""Holds a notebook to what a talk needs: every section begins a slide, and whoever speaks finds notes for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbook.notebooks.canonical import Cell, joined

SECTION = "## "
KINDS = "slide", "subslide", "fragment", "skip"  # without one, a cell goes on where the one before it was
TALLEST = 9  # cells on one slide


def findings(cells: Sequence[Cell]) -> Iterator[tuple[Cell, str]]:
    """Each cell where slides or notes are wanting, with a sentence."""
    setup = next((cell for cell in cells if cell["cell_type"] == "code"), None)
    for cell in cells:
        if (kind := _kind(cell)) not in ("", *KINDS):
            yield cell, f"its slide type is {kind!r}: it must be one of {', '.join(KINDS)}."
        elif cell is setup and kind == "skip":
            yield cell, "it sets the chapter up, and a talk runs what it shows: give it the slide type fragment."
        elif _is_section(cell) and kind not in ("slide", "subslide"):
            yield cell, "a section begins a slide: give this cell the slide type slide or subslide."
    for slide in _split(cells, "slide"):
        if not any(str(cell["metadata"].get("notes", "")).strip() for cell in slide):
            yield slide[0], "its slide has no speaker notes: put `notes` into the metadata of this cell."
    for slide in _split(cells, "slide", "subslide"):
        if (seen := sum(_kind(cell) != "skip" for cell in slide)) > TALLEST:
            yield slide[0], f"{seen} cells do not fit on its slide: begin a subslide after at most {TALLEST}."


def _kind(cell: Cell) -> str:
    return str(cell["metadata"].get("slideshow", {}).get("slide_type") or "")


def _is_section(cell: Cell) -> bool:
    return cell["cell_type"] == "markdown" and joined(cell["source"]).startswith(SECTION)


def _split(cells: Sequence[Cell], *kinds: str) -> Iterator[list[Cell]]:
    """The cells by slide; the first one begins with the notebook."""
    slide: list[Cell] = []
    for cell in cells:
        if _kind(cell) in kinds and slide:
            yield slide
            slide = []
        slide.append(cell)
    if slide:
        yield slide
