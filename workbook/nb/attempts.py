"""`%%attempt FILE TEST…`: the reader writes a piece of the chapter's app in a cell, and its tests judge it at once."""

from __future__ import annotations

import ast

from workbook.chapters.symbols import defined, lines_of
from workbook.nb import test_runs
from workbook.nb.prediction import watched
from workbook.nb.rendering import Shown
from workbook.nb.source_view import read
from workbook.system.errors import UserError

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def attempt(line: str, cell: str) -> Shown:
    """Judge the app with the cell's functions and classes in place of their namesakes in FILE.

    Where somebody watches, red is as welcome as green; where the notebook is stored or tested, it must be green.
    """
    file, *targets = line.split() or [""]
    if not targets:
        raise UserError("The first line says too little.", "Write `%%attempt FILE TEST`, as the stored cell has it.")
    how: test_runs.How = {"files": {file: put_in(read(file), cell, file)}}
    return test_runs.judged(*targets, **how) if watched() else test_runs.green(*targets, **how)


def put_in(text: str, cell: str, file: str) -> str:
    """The `text` of the module `file` in which each definition of `cell` replaces the one of its name.

    Imports of the cell are added at the top. Raises `UserError` for code that does not parse, for a blank that is
    still open, and for a name that the module does not define.
    """
    new = _parsed(cell)
    there = {name: one for name, one in defined(ast.parse(text).body) if isinstance(one, Definition)}
    lines, written = text.splitlines(), cell.splitlines()
    for one in new.body:
        if isinstance(one, Definition) and one.name not in there:
            raise UserError(f"{file} has no {one.name!r}.", f"Define one of these: {', '.join(there)}.")
    found = [one for one in new.body if isinstance(one, Definition)]
    if not found:
        raise UserError("This cell defines nothing.", "Write the function that its comment asks for.")
    for one in sorted(found, key=lambda one: -there[one.name].lineno):
        old = lines_of(there[one.name])
        lines[old.start - 1 : old.stop - 1] = [written[number - 1] for number in lines_of(one)]
    imports = [
        written[one.lineno - 1 : one.end_lineno] for one in new.body if isinstance(one, ast.Import | ast.ImportFrom)
    ]
    place = _after_docstring(lines)
    lines[place:place] = [line for one in imports for line in one]
    return "\n".join(lines) + "\n"


def _parsed(cell: str) -> ast.Module:
    try:
        new = ast.parse(cell)
    except SyntaxError as error:
        raise UserError(
            f"Line {error.lineno} of this cell isn't Python yet: {error.msg}.", "Correct it, and run the cell again."
        ) from None
    for node in ast.walk(new):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...:
            raise UserError(f"Line {node.lineno} of this cell is still blank.", "Replace the `...`, then run it.")
    return new


def _after_docstring(lines: list[str]) -> int:
    """Where an import may be put: after the docstring and after `from __future__`."""
    place = 0
    for node in ast.parse("\n".join(lines)).body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not docstring and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            break
        place = node.end_lineno or place
    return place
