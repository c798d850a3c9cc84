"""Why a file could not be collected: it does not parse, its imports fail, or it fails while it is imported."""

from __future__ import annotations

from pathlib import Path

from workbook.runner.causes import NotCollected, NotImported, NotParsed, Reason
from workbook.runner.records import Record
from workbook.runner.result import Run, broken

WEIGHT: tuple[Reason | None, ...] = ("syntax", "import", "collection")


def uncollected(folder: Path, facts: Record) -> Run:
    """A file that could not be imported, so that its tests are unknown."""
    file, exception = facts.get("file", ""), facts.get("exception", "")
    said = (file or facts.get("nodeid", ""), exception, facts.get("message", "").strip().partition("\n")[0])
    cause = NotCollected(*said)
    if exception in ("SyntaxError", "IndentationError", "TabError"):
        cause = NotParsed(*said, undecodable=_undecodable(folder / file))
    elif exception in ("ModuleNotFoundError", "ImportError"):
        cause = NotImported(*said, elsewhere=_elsewhere(folder, facts.get("module", "")))
    return broken(cause, facts, traceback=facts.get("traceback", ""))


def _elsewhere(folder: Path, module: str) -> str:
    """The dotted name of the one module of this name in a folder of `folder`; "" for none, or for several."""
    found = sorted(folder.glob(f"*/{module}.py")) if module.isidentifier() else []
    return f"{found[0].parent.name}.{module}" if len(found) == 1 else ""


def _undecodable(file: Path) -> int:
    """The first line, counted from 1, that is not UTF-8; 0 when there is none."""
    if file.is_file():
        for number, line in enumerate(file.read_bytes().splitlines(), start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 0


def weight(run: Run) -> int:
    """Sorts the failures of one collection: a syntax error explains the failed imports around it."""
    return WEIGHT.index(run.reason) if run.reason in WEIGHT else len(WEIGHT)
