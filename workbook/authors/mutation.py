"""Makes mutants of a source text: copies that each have one small defect.

Own code, because the well-kept tools miss what a chapter consists of: mutmut changes neither decorated functions nor
class bodies (every route, every model), cosmic-ray neither strings nor keyword arguments; and both run tests their way.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
SWAPPED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
}
CLAUSE = re.compile(r" (WHERE|ORDER BY|LIMIT) .+?(?= ORDER BY | LIMIT | RETURNING | FOR |$)")  # of an SQL statement
TEAPOT = "HTTP_418_IM_A_TEAPOT"  # the status that no route means
NOTHING = "(nothing)"

Span = tuple[int, int]  # of the UTF-8 bytes of the text


@dataclass(frozen=True)
class Mutant:
    """A file with one defect; `line` counts from 1, `before` and `after` are the code that differs."""

    file: str
    line: int
    before: str
    after: str
    text: str = field(repr=False, default="")

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.before} → {self.after}"


def mutants(text: str, file: str) -> list[Mutant]:
    """Every mutant of `text` that still parses, from its first line to its last."""
    source = text.encode()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found: dict[str, Mutant] = {}
    for node, (start, end), after in _Changes(source, starts).of(ast.parse(text), typed=False):
        changed = (source[:start] + after.encode() + source[end:]).decode()
        if _parses(changed):
            before = " ".join(source[start:end].decode().split()).strip(", ")
            found.setdefault(changed, Mutant(file, node.lineno, before, after.strip(", ") or NOTHING, changed))
    return sorted(found.values(), key=lambda one: one.line)


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


Change = tuple[ast.stmt | ast.expr | ast.keyword | ast.ExceptHandler, Span, str]


@dataclass(frozen=True)
class _Changes:
    """Where a text can be changed, and to what."""

    source: bytes
    starts: list[int]

    def of(self, node: ast.AST, *, typed: bool) -> Iterator[Change]:
        """The changes at a node and below. `typed`: inside an annotation, where only calls and literals do anything."""
        if _is_left_alone(node):
            return
        typed = typed and not isinstance(node, ast.Call) and not _is_literal(node)
        if not typed:
            yield from self._at(node)
        for name, value in ast.iter_fields(node):
            below = value if isinstance(value, list) else [value]
            inside = typed or name in ("annotation", "returns")
            for one in below:
                if isinstance(one, ast.AST) and not isinstance(node, ast.JoinedStr) and not _is_docstring(one):
                    yield from self.of(one, typed=inside)

    def span(self, node: ast.stmt | ast.expr | ast.keyword | ast.ExceptHandler) -> Span:
        start = self.starts[node.lineno - 1] + node.col_offset
        return start, self.starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)

    def _at(self, node: ast.AST) -> Iterator[Change]:
        match node:
            case ast.Expr(value=ast.Call() | ast.Await()) | ast.Raise() | ast.Delete() | ast.AugAssign():
                yield node, self.span(node), "pass"
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]) | ast.AnnAssign(value=None):
                yield node, self.span(node), "pass"
            case ast.Return(value=ast.expr() as value) if not _is_none(value):
                yield node, self.span(node), "return None"
            case ast.Yield(value=ast.expr() as value) if not _is_none(value):
                yield node, self.span(node), "yield None"
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) if not _flips(test):
                yield test, self.span(test), f"not ({ast.unparse(test)})"
            case ast.Compare(left=left, ops=[op], comparators=right) if type(op) in FLIPPED:
                yield node, self.span(node), ast.unparse(ast.Compare(left, [FLIPPED[type(op)]()], right))
            case ast.BoolOp(op=op, values=values):
                other = ast.Or() if isinstance(op, ast.And) else ast.And()
                yield node, self.span(node), f"({ast.unparse(ast.BoolOp(other, values))})"
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield node, self.span(node), ast.unparse(operand)
            case ast.BinOp(op=op) if type(op) in SWAPPED:
                yield node, self.span(node), ast.unparse(ast.BinOp(node.left, SWAPPED[type(op)](), node.right))
            case ast.Constant():
                yield from ((node, self.span(node), after) for after in _other_values(node.value))
            case ast.With(items=[ast.withitem(context_expr=context, optional_vars=None)]):
                yield node, (self.span(node)[0], self.span(context)[1]), "if True"
            case ast.JoinedStr():
                yield node, self.span(node), '""'
            case ast.Attribute(attr=name) if name.startswith("HTTP_") and name != TEAPOT:
                yield node, self.span(node), f"{ast.unparse(node.value)}.{TEAPOT}"
            case ast.Call():
                yield from self._without_argument(node)
                if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call | ast.Subscript):
                    yield node, (self.span(node.func.value)[1], self.span(node)[1]), ""
            case ast.ExceptHandler(body=[first, *_] as body) if not isinstance(first, ast.Raise):
                yield first, (self.span(first)[0], self.span(body[-1])[1]), "raise"
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                for one in node.decorator_list:
                    start, end = self.span(one)
                    yield one, (self.source.rindex(b"@", 0, start), end), ""

    def _without_argument(self, call: ast.Call) -> Iterator[Change]:
        """The call without each of its keyword arguments."""
        arguments: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        given = sorted(arguments, key=lambda one: self.span(one))
        for place, one in enumerate(given):
            if isinstance(one, ast.keyword) and one.arg:
                start, end = self.span(one)
                if place:
                    start = self.span(given[place - 1])[1]
                elif len(given) > 1:
                    end = self.span(given[1])[0]
                yield one, (start, end), ""


def _is_left_alone(node: ast.AST) -> bool:
    """Imports, `__all__`, and what only runs as a script or for a type checker."""
    match node:
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__")) | ast.Name(id="TYPE_CHECKING")):
            return True
    return False


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_literal(node: ast.AST) -> bool:
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal"


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _flips(test: ast.expr) -> bool:
    """Whether another change turns the condition round already."""
    return isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.Constant)


def _other_values(value: object) -> Iterator[str]:
    if isinstance(value, bool):
        yield str(not value)
    elif isinstance(value, int | float):
        yield from (repr(value + 1), repr(value - 1))
    elif isinstance(value, str):
        yield repr(f"XX{value}")
        yield from (repr(value[: one.start()] + value[one.end() :]) for one in CLAUSE.finditer(value))
