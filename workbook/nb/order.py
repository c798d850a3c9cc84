"""Says in a sentence what to run first, where a cell was run before its turn or once more."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from symtable import symtable
from types import TracebackType
from typing import Any

DATABASE = "psycopg2", "sqlalchemy", "sqlite3"  # whose errors are 200 lines long
SHORT = 100  # characters of a line of code that still names its cell


def told(error: BaseException, cell: str, notebook: Sequence[str]) -> list[str] | None:
    """What to say instead of a traceback; None where that is the best to show.

    `cell` is the source that was run, `notebook` has those that are stored. A name that no stored cell defines, and an
    error of the database in a cell that the reader wrote, are the reader's own.
    """
    if isinstance(error, NameError):
        first = _cell_of(error.name or "", [one for one in notebook if one.strip() != cell.strip()])
        if first is None:
            return None
        return [f"✗ `{error.name}` isn't defined yet.", f"  Run this cell first, and those before it: {_named(first)}"]
    if type(error).__module__.partition(".")[0] in DATABASE and cell.strip() in (one.strip() for one in notebook):
        cause = getattr(error, "orig", None) or error
        said = " ".join(str(cause).split("\n", 1)[0].split())
        return [
            f"✗ {type(cause).__name__}: {said}",
            "  Was a cell left out, or this one run before? Run the first cell to start over, then go on from there.",
            "  `%tb` shows the whole traceback.",
        ]
    return None


def stale(cell: str, notebook: Sequence[str]) -> set[str]:
    """The names that cells of the notebook define, and not the first one, which is running."""
    return {name for one in notebook for name in bound(one)} - bound(cell)


def bound(source: str) -> set[str]:
    """The names that a cell defines or imports; none for a magic, and for what isn't Python yet."""
    try:
        symbols = symtable(source, "cell", "exec").get_symbols()
    except (SyntaxError, ValueError):
        return set()
    return {one.get_name() for one in symbols if one.is_assigned() or one.is_imported()}


def register(kernel: Any, notebook: Callable[[], Sequence[str]]) -> None:
    """Let a kernel say what `told` has to say of an error; `notebook` reads the stored cells."""

    def show(
        shell: Any, kind: type[BaseException], error: BaseException, at: TracebackType, tb_offset: int | None = None
    ) -> list[str]:
        lines = told(error, running(shell), notebook())
        if lines is None and (own := getattr(error, "_render_traceback_", None)) is not None:
            lines = own()
        if lines is None:
            lines = shell.InteractiveTB.structured_traceback(kind, error, at, tb_offset=tb_offset)
        sys.last_type, sys.last_value, sys.last_traceback = kind, error, at  # what %tb shows
        shell._showtraceback(kind, error, lines)
        return lines

    kernel.set_custom_exc((Exception,), show)


def forget(kernel: Any, notebook: Sequence[str]) -> None:
    """Take the names of the last walk away: they hold a database that isn't there any more."""
    for name in stale(running(kernel), notebook) & kernel.user_ns.keys():
        del kernel.user_ns[name]


def running(kernel: Any) -> str:
    """The source of the cell that the kernel runs now."""
    return str(kernel.get_parent().get("content", {}).get("code", ""))


def stored(notebook: Path) -> list[str]:
    """The sources of the code cells of a notebook; none where it can't be read."""
    from workbook.notebooks import read
    from workbook.notebooks.canonical import joined
    from workbook.system.errors import UserError

    try:
        cells = read(notebook)["cells"]
    except UserError:
        return []
    return [joined(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def _cell_of(name: str, notebook: Sequence[str]) -> str | None:
    return next((one for one in notebook if name in bound(one)), None)


def _named(source: str) -> str:
    """The line by which a reader finds a cell: the first that is no import."""
    lines = [line for line in source.split("\n") if line.strip()]
    return next((line for line in lines if not line.startswith(("import ", "from ", "#"))), lines[0])[:SHORT]
