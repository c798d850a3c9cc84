"""Shows the SQL that SQLAlchemy emits in a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from textwrap import dedent
from typing import Any

from workbook.nb.colour import coloured_lines
from workbook.nb.prediction import reveal
from workbook.nb.rendering import FAINT, Shown, hanging, panel

WIDTH = 60  # characters of one parameter that are shown
CATALOGUE = "SELECT … FROM pg_catalog …"  # instead of a long question to the catalogue


class Statements(Shown):
    """What was sent to the server, in order. `texts` are the statements, for cells that count them."""

    def __init__(self) -> None:
        super().__init__("", "")
        self.texts: list[str] = []
        self._parameters: list[str] = []

    def add(self, statement: str, parameters: Any = None) -> None:
        text = _tidy(statement)
        self.texts.append(text)
        self._parameters.append(_told(parameters) if parameters and text != CATALOGUE else "")

    def finish(self) -> None:
        """Lay out what was noted."""
        if not self.texts:
            self.plain, self.html = "(no SQL)", panel("(no SQL)")
            return
        pairs = list(zip(self.texts, self._parameters, strict=True))
        self.plain = "\n".join(f"{text}\n  {given}" if given else text for text, given in pairs)
        lines: list[str] = []
        for text, given in pairs:
            lines += coloured_lines(text, "postgres")
            lines += [f'  <span style="{FAINT}">{escape(given)}</span>'] if given else []
        self.html = panel(hanging(lines))


@contextmanager
def sql(*, show: bool = True, folded: bool = False) -> Iterator[Statements]:
    """Note every statement that any SQLAlchemy engine sends in the block, and show them after it.

    BEGIN, COMMIT, ROLLBACK and savepoints are included; questions to the catalogue (is that table there?) are one line.
    `folded` shows them as `reveal` does: they are the answer to a question.
    """
    from sqlalchemy import Engine, event

    noted = Statements()

    def statement(_c: Any, _cursor: Any, text: str, parameters: Any, *_: Any) -> None:
        noted.add(text, parameters)

    def words(text: str) -> Any:
        return lambda *_: noted.add(text)

    listeners = {  # savepoints are statements
        "before_cursor_execute": statement,
        "begin": words("BEGIN"),
        "commit": words("COMMIT"),
        "rollback": words("ROLLBACK"),
    }
    for name, listener in listeners.items():
        event.listen(Engine, name, listener)
    try:
        yield noted
    finally:
        for name, listener in listeners.items():
            event.remove(Engine, name, listener)
        noted.finish()
        if show:
            from IPython.display import display

            display(reveal(noted) if folded else noted)  # type: ignore[no-untyped-call]


def _tidy(statement: str) -> str:
    lines = [line.rstrip() for line in dedent(statement).strip().splitlines() if line.strip()]
    if any("pg_catalog." in line for line in lines):
        return CATALOGUE
    return "\n".join(lines).replace("\t", "  ")


def _told(parameters: Any) -> str:
    """Parameters as Python shows them; of several sets the first two, and how many there are."""
    if isinstance(parameters, list):
        shown = ", ".join(_told(one) for one in parameters[:2])
        return shown if len(parameters) <= 2 else f"{shown}, … {len(parameters)} sets in all"
    if isinstance(parameters, dict):
        return "{" + ", ".join(f"{key!r}: {_cut(value)}" for key, value in parameters.items()) + "}"
    if isinstance(parameters, tuple):
        return "(" + ", ".join(_cut(value) for value in parameters) + ("," if len(parameters) == 1 else "") + ")"
    return _cut(parameters)


def _cut(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"
