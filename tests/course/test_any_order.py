"""Cells that are run in any order, twice, end well, or in a verdict or a sentence that says what to run first."""

from __future__ import annotations

import random
from typing import Any

import pytest

from workbook import course
from workbook.authors import testing
from workbook.course import Chapter
from workbook.notebooks import read
from workbook.notebooks.canonical import Cell, canonical
from workbook.notebooks.execution import kernel_environment, notebook_client, quiet_imports

CHAPTERS = course.load().chapters
LINES = 40  # of what an error may say: a verdict, and which cell to run
SEED = 20

pytestmark = pytest.mark.skipif(not testing.FULLY, reason="twice every cell: when a chapter is finished, and weekly")


def shuffled(cells: list[Cell]) -> list[Cell]:
    """The first code cell, then all of them twice in an order that is the same every time."""
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    twice = [*code, *code]
    random.Random(SEED).shuffle(twice)
    return [{**cell, "id": f"{cell['id']}-{place}"} for place, cell in enumerate([code[0], *twice])]


def ran(chapter: Chapter) -> list[Any]:
    """The cells with their outputs; an error ends none of the others."""
    quiet_imports()
    from nbformat import from_dict

    notebook = canonical(read(chapter.notebook))
    running: Any = from_dict(notebook | {"cells": shuffled(notebook["cells"])})  # type: ignore[no-untyped-call]
    for cell in running.cells:
        cell["outputs"] = []
    notebook_client(running, chapter.notebook.parent, timeout=120, allow_errors=True).execute(env=kernel_environment())
    return list(running.cells)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_cells_in_any_order_end_in_a_few_lines(chapter: Chapter) -> None:
    """Whatever a reader runs first or once more, no one gets a traceback of two hundred lines."""
    long = []
    for cell in ran(chapter):
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                said = "\n".join(output["traceback"])
                if not said.lstrip().startswith("✗") or len(said.splitlines()) > LINES:
                    long.append(f"{cell['source'].splitlines()[0]}\n{said[:1500]}")

    assert not long, "\n\n".join(long)
