"""A cell that is run before its turn, or once more, says in a sentence what to run first."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from workbook.nb import order

STORED = [
    "import os\n\nchapter('02_store')",
    "from shelf.database import engine\n\nengine.dispose()",
    "with engine.connect() as connection:\n    pass",
    "%%attempt shelf/main.py tests\ndef add():\n    pass",
]


def name_error(name: str) -> NameError:
    return NameError(f"name {name!r} is not defined", name=name)


def sqlite_error() -> OperationalError:
    engine = create_engine("sqlite://")
    with engine.connect() as connection, pytest.raises(OperationalError) as caught:
        connection.execute(text("SELECT * FROM book"))
    engine.dispose()
    return caught.value


def test_a_name_says_which_cell_defines_it() -> None:
    """The cell is named by its first line that is no import."""
    assert order.told(name_error("engine"), STORED[2], STORED) == [
        "✗ `engine` isn't defined yet.",
        "  Run this cell first, and those before it: engine.dispose()",
    ]


@pytest.mark.parametrize("name", ["typo", "add", "pass"])
def test_a_name_that_no_cell_defines_is_the_reader_s_own(name: str) -> None:
    """Its traceback is shown as ever."""
    assert order.told(name_error(name), "typo", STORED) is None


def test_a_name_that_the_cell_itself_defines_too_late_is_its_own() -> None:
    """Not even the cell that was run is named then."""
    assert order.told(name_error("connection"), STORED[2], STORED) is None


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(psycopg2.InterfaceError("connection already closed"), "InterfaceError: connection", id="driver"),
        pytest.param(sqlite_error(), "OperationalError: no such table: book", id="sqlalchemy"),
    ],
)
def test_an_error_of_the_database_is_a_few_lines(error: Exception, said: str) -> None:
    """What happened, and how to start over; not the 200 lines of a traceback."""
    lines = order.told(error, STORED[2] + "\n", STORED)

    assert lines is not None
    assert lines[0].startswith(f"✗ {said}")
    assert "Run the first cell to start over" in lines[1]
    assert len(lines) == 3


def test_an_error_in_the_reader_s_own_cell_keeps_its_traceback() -> None:
    """In a cell that isn't the notebook's, no other cell is to blame."""
    assert order.told(sqlite_error(), "session.scalars(select(Mine))", STORED) is None


def test_another_error_keeps_its_traceback() -> None:
    """Only names and databases have to do with the order."""
    assert order.told(ValueError("no"), STORED[2], STORED) is None


class Kernel:
    """As much of a kernel as is asked here."""

    def __init__(self, cell: str, **names: Any) -> None:
        self.cell, self.user_ns = cell, names
        self.InteractiveTB = SimpleNamespace(structured_traceback=lambda *_, **__: ["the traceback"])

    def get_parent(self) -> dict[str, Any]:
        return {"content": {"code": self.cell}}

    def _showtraceback(self, kind: type[BaseException], error: BaseException, lines: list[str]) -> None:
        self.shown = lines

    def set_custom_exc(self, kinds: tuple[type[Exception], ...], show: Any) -> None:
        self.show = show


def test_the_first_cell_forgets_the_names_of_the_others() -> None:
    """Those of the first cell stay, and those that the reader made up."""
    kernel = Kernel(STORED[0], os=1, engine=2, connection=3, mine=4)

    order.forget(kernel, STORED)

    assert kernel.user_ns == {"os": 1, "mine": 4}


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        pytest.param(name_error("engine"), "✗ `engine` isn't defined yet.", id="told"),
        pytest.param(ValueError(), "the traceback", id="other"),
    ],
)
def test_the_kernel_shows_what_there_is_to_say(error: Exception, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And %tb still has the whole traceback."""
    kernel = Kernel(STORED[2])
    for name in ("last_type", "last_value", "last_traceback"):
        monkeypatch.setattr(sys, name, None, raising=False)
    order.register(kernel, lambda: STORED)

    lines = kernel.show(kernel, type(error), error, None)

    assert lines[0] == shown
    assert kernel.shown == lines
    assert sys.last_value is error


def test_the_kernel_lets_our_own_errors_speak() -> None:
    """An error that says how it is shown is shown so."""
    kernel = Kernel("")
    error = ValueError()
    error._render_traceback_ = lambda: ["✗ in our words"]  # type: ignore[attr-defined]
    order.register(kernel, list)

    assert kernel.show(kernel, ValueError, error, None) == ["✗ in our words"]
