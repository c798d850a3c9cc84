"""Measures how long a walk through a notebook takes: by what is to be read, guessed, run and written."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.authors import prose
from workbook.course import Chapter
from workbook.notebooks import questions, read
from workbook.notebooks.blanks import REGION, with_blanks
from workbook.notebooks.canonical import Cell, joined
from workbook.notebooks.lint import for_a_class

# Minutes. An assumption of ours, not a measurement of people: one set for every chapter, so that they compare.
RUN = 0.25  # to press the keys, and to see what comes
LINE = 0.1  # to read a line of code, or of output
SHOWN = 25  # lines of one output that are read; the others are skimmed
GUESS = 1.0  # to choose an answer before it is shown
WRITE = 6.0  # to fill a blank


def measured(cells: list[Cell]) -> float:
    """Minutes for a walk through these cells."""
    text = "\n\n".join(joined(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return prose.Page("", text).reading + sum(sum(_minutes(cell)) for cell in cells)


def findings(chapter: Chapter) -> Iterator[str]:
    """A sentence where the declared range does not contain what is measured."""
    low, high = chapter.minutes.walk, for_a_class(chapter.minutes.walk)
    found = measured(read(chapter.notebook)["cells"])
    if not low <= round(found) <= high:
        yield (
            f"{chapter.slug}: a walk takes {found:.0f} minutes by what is read, run and written, "
            f"and {low} to {high} are declared: correct `minutes` in its chapter.toml, or shorten it."
        )


def _minutes(cell: Cell) -> Iterator[float]:
    if questions.answers(cell):
        yield GUESS
    if cell["cell_type"] == "code":
        source = joined(cell["source"])
        yield RUN + LINE * len(with_blanks(source).splitlines())
        yield WRITE * len(REGION.findall(source))
        yield LINE * min(SHOWN, sum(_lines(output) for output in cell["outputs"]))


def _lines(output: Cell) -> int:
    text = output.get("text") or output.get("data", {}).get("text/plain") or output.get("traceback") or ""
    return len(joined(text).splitlines())
