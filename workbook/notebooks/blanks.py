"""A reader's copy of a notebook: solutions become blanks, and a newer source is merged into it cell by cell.

A solution is what stands between the lines `### BEGIN SOLUTION` and `### END SOLUTION`; the copy has `...` there.
Cells are the same where their ids are. Code and Markdown that the reader changed is never replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy

from workbook.notebooks.canonical import Cell, Notebook, joined

REGION = re.compile(
    r"^(?P<indent>[ \t]*)### BEGIN SOLUTION[ \t]*\n(?P<solution>.*?)^[ \t]*### END SOLUTION[ \t]*$",
    re.MULTILINE | re.DOTALL,
)


def with_blanks(source: str) -> str:
    """The code of a cell as a reader gets it."""
    return REGION.sub(r"\g<indent>...", source)


def blanked(notebook: Notebook) -> Notebook:
    """The notebook as a reader gets it; a cell with a blank has no output yet."""
    made = deepcopy(notebook)
    for cell in made["cells"]:
        cell["source"] = joined(cell["source"])
        if cell["cell_type"] == "code" and REGION.search(cell["source"]):
            cell["source"] = with_blanks(cell["source"])
            cell["outputs"], cell["execution_count"] = [], None
    return made


def merged(base: Notebook, mine: Notebook, theirs: Notebook) -> tuple[Notebook, list[Cell]]:
    """`theirs` with everything that the reader changed since `base`, and the new cells that both changed.

    Where both changed a cell, the reader's stays and the new one follows it. The reader's own cells stay behind the
    cell they followed. A cell that the reader removed stays removed.
    """
    old, own = ({cell["id"]: cell for cell in one["cells"]} for one in (base, mine))
    cells: list[Cell] = []
    both: list[Cell] = []
    for new in theirs["cells"]:
        was, is_ = old.get(new["id"]), own.get(new["id"])
        if was and is_ is None:
            continue
        if is_ is None or _same(is_, new):
            cells.append(is_ or new)
        elif was and _same(is_, was):
            cells.append(new)
        else:
            cells.append(is_)
            if was is None or not _same(new, was):
                both.append(new | {"id": _free(new["id"], own)})
                cells.append(both[-1])
    for place, cell in _kept(base, mine, theirs):
        after = next(
            (at for at, one in enumerate(cells, start=1) if one["id"] == place), 0 if not place else len(cells)
        )
        cells.insert(after, cell)
    return theirs | {"cells": cells}, both


def _kept(base: Notebook, mine: Notebook, theirs: Notebook) -> Iterator[tuple[str, Cell]]:
    """Cells that are the reader's alone: written, or changed and no longer in the source; each with the one before."""
    old, new = ({cell["id"]: cell for cell in one["cells"]} for one in (base, theirs))
    before = ""
    for cell in mine["cells"]:
        written = cell["id"] not in old and cell["id"] not in new
        if written or (cell["id"] not in new and not _same(cell, old[cell["id"]])):
            yield before, cell
        if written or cell["id"] in new or not _same(cell, old[cell["id"]]):
            before = cell["id"]


def _same(one: Cell, other: Cell) -> bool:
    return joined(one["source"]) == joined(other["source"])


def _free(name: str, taken: dict[str, Cell]) -> str:
    """An id that no cell has, at most 64 characters as the format demands."""
    number = 1
    while (made := f"{name[:56]}-new{number}") in taken:
        number += 1
    return made
