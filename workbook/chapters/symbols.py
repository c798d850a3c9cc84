"""Finds what a Python file defines: classes, functions and assignments, by name."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator


def defined(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.stmt]]:
    """Each name that a module or a class defines in its `body`, with the statement; in order, also one that recurs."""
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node
            case ast.Assign(targets=targets):
                yield from ((one.id, node) for one in targets if isinstance(one, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name, node


def lines_of(node: ast.stmt) -> range:
    """The lines of a statement, counted from 1, with its decorators."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return range(min([node.lineno, *(one.lineno for one in decorators)]), (node.end_lineno or node.lineno) + 1)
