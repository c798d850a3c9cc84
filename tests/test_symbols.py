"""What a Python file defines is found by name, with the lines that it takes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from workbook.chapters.symbols import defined, lines_of
from workbook.chapters.workspace import remove_symbols

SOURCE = '''import os

LIMIT = first = 3
size: int = 4


@once
@twice(
    1,
)
class User:
    name: str

    @property
    def age(self) -> int:
        return 1


async def find() -> None:
    """Find it."""


def again():
    pass


LIMIT = 5
'''


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("LIMIT", [(3, 3), (27, 27)]),
        ("first", [(3, 3)]),
        ("size", [(4, 4)]),
        ("User", [(7, 16)]),
        ("find", [(19, 20)]),
        ("again", [(23, 24)]),
        ("age", []),
        ("os", []),
    ],
)
def test_symbols_are_found_with_their_lines(name: str, lines: list[tuple[int, int]]) -> None:
    """Classes, functions and assignments at the top, decorators included; each place of a name that recurs."""
    found = [lines_of(node) for defines, node in defined(ast.parse(SOURCE).body) if defines == name]

    assert [(one.start, one.stop - 1) for one in found] == lines


def test_symbols_that_recur_are_removed_everywhere(tmp_path: Path) -> None:
    """A constant that is set a second time would be there still."""
    file = tmp_path / "main.py"
    file.write_text(SOURCE, encoding="utf-8")

    remove_symbols(file, ["LIMIT", "User"], "main.py")

    assert [name for name, _ in defined(ast.parse(file.read_text(encoding="utf-8")).body)] == ["size", "find", "again"]
