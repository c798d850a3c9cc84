"""Says in sentences where the stored outputs of a notebook differ from new ones."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path
from typing import Any

from workbook.notebooks.canonical import IGNORED, Cell, Notebook, canonical, joined, tags

PLACES = 3  # differing places shown per output
LINES = 6  # lines shown per place
WIDTH = 160  # characters shown per line


def differences(stored: Notebook, fresh: Notebook, path: Path) -> list[str]:
    """One finding per code cell whose output is not what is stored; ignored outputs are not compared."""
    same = canonical(stored)
    if [joined(cell["source"]) for cell in same["cells"]] != [cell["source"] for cell in fresh["cells"]]:
        return [f"{path.name}: the sources differ."]
    pairs = zip(code_cells(same), code_cells(fresh), strict=True)
    return [
        f"{where(path, place, old)}: the output is not what is stored.\n{told}"
        for place, (old, new) in enumerate(pairs, start=1)
        if IGNORED not in tags(old) and (told := explain(old["outputs"], new["outputs"]))
    ]


def code_cells(notebook: Notebook) -> list[Cell]:
    """The cells that are run."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def where(path: Path, place: int, cell: Cell) -> str:
    """Which cell, as a person finds it: counted from 1 over code cells, with the first line of its source."""
    return f"{path.name}, code cell {place} ({first_line(cell)})"


def first_line(cell: Cell) -> str:
    lines = joined(cell["source"]).strip().splitlines()
    return f"`{lines[0]}`" if lines else "empty"


def explain(stored: list[Any], fresh: list[Any]) -> str:
    """What differs between two lists of outputs, stored against new, indented by two; empty where nothing does.

    HTML is left out where its plain twin differs too and says it better.
    """
    old, new = dict(_pieces(stored)), dict(_pieces(fresh))
    told: dict[str, list[str]] = {}
    for name in [*old, *(name for name in new if name not in old)]:
        if name not in new:
            told[name] = [f"{name} is stored, and is gone now:", *_shown("stored", old[name])]
        elif name not in old:
            told[name] = [f"{name} is new, and is not stored:", *_shown("now", new[name])]
        elif changed := _changes(name, old[name], new[name]):
            told[name] = changed
    said = [
        lines for name, lines in told.items() if name.replace("text/html", "text/plain") not in told.keys() - {name}
    ]
    return "\n".join(f"  {line}" for lines in said for line in lines)


def _pieces(outputs: list[Any]) -> Iterator[tuple[str, str]]:
    """Every text that is compared, by name; of a picture only that there is one. Streams of one name are one text."""
    streams: dict[str, str] = {}
    shown = 0
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            streams[output["name"]] = streams.get(output["name"], "") + joined(output["text"])
        elif kind == "error":
            yield "the exception", f"{output['ename']}: {output['evalue']}"
        else:
            shown += 1
            for mime, value in output["data"].items():
                text = joined(value) if isinstance(value, str | list) else str(value)
                yield f"{mime} of output {shown}", "" if mime.startswith("image/") else text
    yield from ((f"what was printed on {name}", text) for name, text in streams.items())


def _changes(name: str, old: str, new: str) -> list[str]:
    if old == new:
        return []
    before, after = old.splitlines(), new.splitlines()
    if before == after:
        return [f"{name}: the line ends differ"]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    places = [place for place in matcher.get_opcodes() if place[0] != "equal"]
    told = []
    for _, start, end, begin, stop in places[:PLACES]:
        told += [f"{name}, line {start + 1}", *_pair(before[start:end], after[begin:stop])]
    if len(places) > PLACES:
        told.append(f"and {len(places) - PLACES} more places")
    return told


def _pair(before: list[str], after: list[str]) -> list[str]:
    told = []
    for old, new in list(zip_longest(before, after))[:LINES]:
        for side, line in zip(("stored:", "now:   "), _windows(old, new), strict=True):
            told.append(f"  {side} {line}")
    if (hidden := max(len(before), len(after)) - LINES) > 0:
        told.append(f"  and {hidden} more lines")
    return told


def _windows(old: str | None, new: str | None) -> tuple[str, str]:
    """Both lines, from shortly before they begin to differ when they are long."""
    if old is None or new is None:
        return ("(nothing)" if old is None else cut(old)), ("(nothing)" if new is None else cut(new))
    same = next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )
    start = max(0, same - WIDTH // 4) if max(len(old), len(new)) > WIDTH else 0
    before = "…" if start else ""
    return before + cut(old[start:]), before + cut(new[start:])


def _shown(side: str, text: str) -> list[str]:
    lines = text.splitlines() or ["(a picture)"]
    more = [f"  and {len(lines) - LINES} more lines"] if len(lines) > LINES else []
    return [f"  {side}: {cut(line)}" for line in lines[:LINES]] + more


def cut(line: str) -> str:
    """Long lines end in an ellipsis."""
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"
