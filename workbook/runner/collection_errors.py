"""Why a file could not be collected: it does not parse, its imports fail, or it fails while it is imported."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from workbook.runner.diagnosis import broken, place
from workbook.runner.records import Record
from workbook.runner.result import Reason, Run

WEIGHT: tuple[Reason | None, ...] = ("syntax", "import", "collection")


def uncollected(folder: Path, facts: Record) -> Run:
    """A file that could not be imported, so that its tests are unknown."""
    kind, message = facts.get("exception", ""), facts.get("message", "").strip()
    at = place(facts, fallback=facts.get("nodeid", ""))
    first = message.splitlines()[0] if message else ""
    reason: Reason = "collection"
    detail, todo = f"{at}: {kind}: {first}", "Mend that line; no test can run before it."
    if kind in ("SyntaxError", "IndentationError", "TabError"):
        reason = "syntax"
        detail, todo = _syntax(folder, facts, kind, at, first)
    elif kind in ("ModuleNotFoundError", "ImportError"):
        reason = "import"
        detail = f"{at}: {first}."
        todo = "Check the spelling of the import, and that what it names exists."
    if "while importing" in detail or not first:
        detail = f"{at} could not be imported."
    run = broken(
        reason, detail, todo, file=facts.get("file", ""), line=facts.get("line", 0), source=facts.get("source", "")
    )
    return replace(run, traceback=facts.get("traceback", ""))


def _syntax(folder: Path, facts: Record, kind: str, at: str, first: str) -> tuple[str, str]:
    if encoding := _undecodable(folder / facts.get("file", "")):
        return f"{facts['file']}, line {encoding}, is not saved as UTF-8.", "Save the file with the encoding UTF-8."
    if kind == "TabError":
        return (
            f"{at}: tabs and spaces are mixed in the indentation.",
            "Indent with four spaces, everywhere in the file.",
        )
    if kind == "IndentationError":
        return (
            f"{at}: the indentation is wrong ({first}).",
            "Line the block up with its neighbours, four spaces a step.",
        )
    return f"{at}: this is not valid Python ({first}).", "Mend that line, or the one before it."


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
