"""Whatever a console can show, the command speaks: a mark that it lacks has a plain twin."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from toys import Toy

from workbook.system.console import TWINS

PACKAGE = Path(__file__).parents[1] / "workbook"
WITH_DOCSTRING = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


OF_RICH = {"•", "─"}  # what Rich draws for us: the points of a list, the line below a table's head


def texts(file: Path) -> Iterator[str]:
    """Every text in a module that is no docstring."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docstrings = [node.body[0] for node in ast.walk(tree) if isinstance(node, WITH_DOCSTRING) and node.body]
    skipped = {id(one.value) for one in docstrings if isinstance(one, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.value


def test_console_has_a_plain_twin_for_each_mark_of_the_workbook() -> None:
    """Pictures are drawn and not printed; all else may meet a console of Windows."""
    files = [file for file in PACKAGE.rglob("*.py") if not {"pictures", "console.py"} & set(file.parts)]
    used = {one for file in files for text in texts(file) for one in text if not one.isascii()}

    assert used | OF_RICH == TWINS.keys()


@pytest.mark.parametrize(("encoding", "mark"), [("utf-8", "✗"), ("cp1252", "x"), ("cp437", "x"), ("ascii", "x")])
def test_console_shows_an_error_in_what_it_has(toy: Toy, encoding: str, mark: str) -> None:
    """Of Europe, of America, of a build machine: the sentence is there, and its mark can be read."""
    done = toy.workbook("check", "99", env={"PYTHONIOENCODING": encoding})

    assert (done.code, done.text.split()[0]) == (1, mark)


def test_console_shows_what_has_no_twin_as_a_question_mark(toy: Toy) -> None:
    """Rather than nothing, and rather than a traceback."""
    toy.edit("chapters/02_store/chapter.toml", "Store", "Store Ж")

    done = toy.workbook("status", env={"PYTHONIOENCODING": "ascii"})

    assert (done.code, "Store ?" in done.stdout, done.stderr) == (0, True, "")
