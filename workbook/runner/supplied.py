"""Which tests stand in a file, read without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def tests(folder: Path, files: Sequence[str]) -> list[str]:
    """Node ids, without cases, of every plain test function and method in these files; a node id is left out."""
    found: list[str] = []
    for name in files:
        if (folder / name).is_file():
            tree = ast.parse((folder / name).read_bytes())
            found += [f"{name}::{test}" for test in _in(tree.body)]
    return found


def _in(body: Sequence[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, FUNCTION) and node.name.startswith("test") and not _is_fixture(node):
            yield node.name
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from (f"{node.name}::{name}" for name in _in(node.body))


def _is_fixture(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("fixture" in ast.unparse(one) for one in node.decorator_list)
