"""Small notebooks that tests write, break and run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workbook.notebooks import canonical, write

Cell = dict[str, Any]


def markdown(source: str, **metadata: Any) -> Cell:
    return {"cell_type": "markdown", "metadata": metadata, "source": source}


def code(source: str, *outputs: Cell, count: int | None = 1, **metadata: Any) -> Cell:
    """A cell that was run, unless `count` is None; being put into a notebook it gets the count of its place."""
    made = {"cell_type": "code", "execution_count": count, "outputs": list(outputs)}
    return {**made, "metadata": metadata, "source": source}


def printed(text: str, name: str = "stdout") -> Cell:
    return {"output_type": "stream", "name": name, "text": text}


def result(plain: str, **more: str) -> Cell:
    """What the last expression of a cell shows; `more` by mime type, with `_` for `/`."""
    data = {"text/plain": plain} | {mime.replace("_", "/"): value for mime, value in more.items()}
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}


def raised(name: str, message: str, *traceback: str) -> Cell:
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": list(traceback)}


def notebook(*cells: Cell) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def stored(folder: Path, *cells: Cell, slug: str = "01_hello") -> Path:
    """A notebook file in canonical form."""
    path = folder / f"{slug}.ipynb"
    write(path, canonical(notebook(*cells)))
    return path
