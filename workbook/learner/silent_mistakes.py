"""Mistakes in the learner's code that raise no error: Python's own operators in a query, a misspelt attribute."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from workbook.chapters.symbols import defined

CONDITIONS = {"where", "filter", "having", "and_", "or_", "not_"}  # what takes conditions of a query
INSTEAD = {
    "and": "`and` keeps one of the two conditions: give both as arguments, or write `and_(…)`",
    "or": "`or` keeps one of the two conditions: write `or_(…)`",
    "not": "`not` is decided before the database is asked: write `~` or `not_(…)`",
    "in": "`in` is decided before the database is asked: write `.in_(…)`",
}


@dataclass(frozen=True)
class Mistake:
    """Where it is, its line of code, and what it does."""

    file: str
    line: int
    source: str
    what: str


def in_conditions(folder: Path, files: Sequence[str]) -> list[Mistake]:
    """Python's `and`, `or`, `not` and `in` as a condition of a query."""
    found = []
    for file, tree, lines in _trees(folder, files):
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and _name(call.func) in CONDITIONS:
                for word, line in (one for condition in call.args for one in _python(condition)):
                    found.append(Mistake(file, line, lines[line - 1].strip(), INSTEAD[word]))
    return found


def of_attributes(folder: Path, files: Sequence[str]) -> list[Mistake]:
    """Attributes that are assigned and that no class declares, where a column has nearly that name."""
    classes = [node for _, tree, _ in _trees(folder, _modules(folder)) for node in ast.walk(tree)]
    declared: set[str] = set()
    columns: dict[str, str] = {}
    for one in (node for node in classes if isinstance(node, ast.ClassDef)):
        names = [name for name, node in defined(one.body) if isinstance(node, ast.AnnAssign)]
        declared.update(name for name, _ in defined(one.body))
        columns |= dict.fromkeys((name for name in names if "Mapped" in ast.unparse(one)), one.name)
    found = []
    for file, tree, lines in _trees(folder, files):
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)):
                continue
            if node.attr in declared or getattr(node.value, "id", "") in {"self", "cls"}:
                continue
            for near in get_close_matches(node.attr, columns, 1, cutoff=0.8):
                what = f"{columns[near]} has no column {node.attr}, so that assigning it stores nothing: it has {near}"
                found.append(Mistake(file, node.lineno, lines[node.lineno - 1].strip(), what))
    return found


def _python(condition: ast.expr) -> Iterator[tuple[str, int]]:
    """The operators of Python that decide a condition, with their lines; conditions are joined by & | ~ as well."""
    match condition:
        case ast.BoolOp(op=op):
            yield ("and" if isinstance(op, ast.And) else "or"), condition.lineno
        case ast.UnaryOp(op=ast.Not()):
            yield "not", condition.lineno
        case ast.Compare(ops=[ast.In() | ast.NotIn()]):
            yield "in", condition.lineno
        case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr(), right=right):
            yield from _python(left)
            yield from _python(right)
        case ast.UnaryOp(op=ast.Invert(), operand=operand):
            yield from _python(operand)


def _name(called: ast.expr) -> str:
    return str(getattr(called, "attr", getattr(called, "id", "")))


def _modules(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.glob("*/*.py"))


def _trees(folder: Path, files: Sequence[str]) -> Iterator[tuple[str, ast.Module, list[str]]]:
    """What parses of these files, with its lines."""
    for file in files:
        with suppress(OSError, SyntaxError, ValueError):
            content = (folder / file).read_bytes()
            yield file, ast.parse(content), content.decode("utf-8", errors="replace").splitlines()
