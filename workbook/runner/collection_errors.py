"""Why a file could not be collected: it does not parse, its imports fail, or it fails while it is imported."""

from __future__ import annotations

import ast
import re
from contextlib import suppress
from pathlib import Path

from workbook.chapters.symbols import defined
from workbook.chapters.targets import OF_TESTS
from workbook.runner.causes import CalledAtImport, NameUnknown, NotCollected, NotImported, NotParsed, Reason
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
    elif exception == "PytestAssertRewriteWarning":
        facts = facts | _of_line(folder, file or facts.get("nodeid", ""), _always_true(folder, facts))
    elif exception == "NameError" and (name := re.search(r"name '(\w+)' is not defined", said[2])):
        cause = NameUnknown(*said, name[1], _defined_in(folder, name[1]))
    elif (caller := facts.get("caller")) and not said[0].startswith(OF_TESTS):
        cause, facts = CalledAtImport(caller["file"], *said[1:]), facts | caller
    elif exception in ("ModuleNotFoundError", "ImportError"):
        cause = NotImported(*said, elsewhere=_elsewhere(folder, facts.get("module", "")))
    return broken(cause, facts, traceback=facts.get("traceback", ""))


def _elsewhere(folder: Path, module: str) -> str:
    """The dotted name of the one module of this name in a folder of `folder`; "" for none, or for several."""
    found = sorted(folder.glob(f"*/{module}.py")) if module.isidentifier() else []
    return f"{found[0].parent.name}.{module}" if len(found) == 1 else ""


def _defined_in(folder: Path, name: str) -> tuple[str, ...]:
    """The dotted names of the folder's modules that define the name."""
    found = []
    for file in sorted(folder.glob("*/*.py")):
        with suppress(SyntaxError, ValueError):
            if name in dict(defined(ast.parse(file.read_bytes()).body)):
                found.append(f"{file.parent.name}.{file.stem}")
    return tuple(found)


def _always_true(folder: Path, facts: Record) -> int:
    """The line of an `assert` of a tuple; 0 where there is none."""
    tree = ast.parse((folder / (facts.get("file") or facts.get("nodeid", ""))).read_bytes())
    asserted = [node for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    return next((node.lineno for node in asserted if isinstance(node.test, ast.Tuple) and node.test.elts), 0)


def _of_line(folder: Path, file: str, number: int) -> Record:
    lines = (folder / file).read_text(encoding="utf-8", errors="replace").splitlines()
    return {"file": file, "line": number, "source": lines[number - 1].strip()} if number else {}


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
