"""The canonical form of a notebook: the same sources and the same behaviour give the same bytes."""

from __future__ import annotations

import json
import re
import secrets
from typing import Any

from workbook.course import root

IGNORED = "nbval-ignore-output"
RAISES = "raises-exception"
# Of a cell's metadata; the rest belongs to the editor.
KEPT = ("tags", "slideshow", "notes", "figures", "reason", "covers")
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_FRAME = re.compile(r"^File (?P<file>[^\n]+?\.py):\d+")

Notebook = dict[str, Any]
Cell = dict[str, Any]


def canonical(notebook: Notebook) -> Notebook:
    """A new notebook in canonical form. A cell keeps its id for good; one without, or with another cell's, gets one."""
    cells = [_cell(cell) for cell in notebook["cells"]]
    taken: set[str] = set()
    for cell in cells:
        if cell["id"] in taken:
            cell["id"] = new_id()
        taken.add(cell["id"])
    for count, cell in enumerate((cell for cell in cells if cell["cell_type"] == "code"), start=1):
        if cell["execution_count"] is not None:
            cell["execution_count"] = count
        for output in cell["outputs"]:
            if output["output_type"] == "execute_result":
                output["execution_count"] = cell["execution_count"]
    return {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}


def text(notebook: Notebook) -> str:
    """The bytes of the file: multi-line strings as lists of lines, keys in order, one newline at the end."""
    cells = [_split(cell) for cell in notebook["cells"]]
    return json.dumps(notebook | {"cells": cells}, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def new_id() -> str:
    """An id for a cell: random, so that no place, name or number is in it that may change."""
    return secrets.token_hex(4)


def joined(value: str | list[str]) -> str:
    """A string of a notebook file, which may be stored as a list of lines."""
    return value if isinstance(value, str) else "".join(value)


def tags(cell: Cell) -> list[str]:
    """The tags of a cell, which mostly has none."""
    return list(cell.get("metadata", {}).get("tags", []))


def _cell(cell: Cell) -> Cell:
    given = cell.get("metadata", {})
    metadata = {key: given[key] for key in KEPT if given.get(key)}
    if given.get("jupyter", {}).get("source_hidden"):
        metadata["jupyter"] = {"source_hidden": True}
    made = {
        "cell_type": cell["cell_type"],
        "id": cell.get("id") or new_id(),
        "metadata": metadata,
        "source": joined(cell["source"]).rstrip(),
    }
    if cell["cell_type"] == "code":
        made |= {"execution_count": cell.get("execution_count"), "outputs": _outputs(cell.get("outputs", []))}
    return made


def _outputs(outputs: list[Any]) -> list[Any]:
    """In the order in which they came, with neighbouring pieces of one stream joined."""
    made: list[dict[str, Any]] = []
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            written = joined(output["text"])
            if made and made[-1].get("name") == output["name"]:
                made[-1]["text"] += written
            else:
                made.append({"output_type": kind, "name": output["name"], "text": written})
        elif kind == "error":
            made.append(
                {
                    "output_type": kind,
                    "ename": output["ename"],
                    "evalue": output["evalue"],
                    "traceback": _traceback(output["traceback"]),
                }
            )
        else:
            data = {mime: _mime(mime, value) for mime, value in output["data"].items()}
            metadata = {mime: output["metadata"][mime] for mime in data if mime in output.get("metadata", {})}
            made.append({"output_type": kind, "data": data, "metadata": metadata})
            if kind == "execute_result":
                made[-1]["execution_count"] = None
    return made


def _mime(mime: str, value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "".join(value)
    return value.strip() if mime.startswith("image/") else value


def _traceback(blocks: list[str]) -> list[str]:
    """Without colours, without the frames of installed packages, with paths that start at the checkout."""
    made = []
    for block in blocks:
        plain = _ANSI.sub("", block)
        frame = _FRAME.match(plain)
        if frame is None or (file := frame["file"]).startswith(("chapters", "workbook")):
            made.append(plain)
        elif file.startswith(str(root())) and ".venv" not in file:
            made.append(plain.replace(str(root()), "").replace("File /", "File ", 1))
    return made


def _split(cell: Cell) -> Cell:
    made = cell | {"source": joined(cell["source"]).splitlines(keepends=True)}
    if cell["cell_type"] == "code":
        made["outputs"] = [_split_output(output) for output in cell["outputs"]]
    return made


def _split_output(output: dict[str, Any]) -> dict[str, Any]:
    if output["output_type"] == "stream":
        return output | {"text": joined(output["text"]).splitlines(keepends=True)}
    if "data" not in output:
        return output
    return output | {
        "data": {
            mime: joined(value).splitlines(keepends=True) if mime.startswith("text/") else value
            for mime, value in output["data"].items()
        }
    }
