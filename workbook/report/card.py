"""A verdict laid out once and shown three ways: on a terminal, as plain lines, and as HTML in a notebook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from io import StringIO

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

WIDTH = 80  # columns of the plain lines; a terminal may be wider
GOOD, BAD = "#1a6b30", "#b91c28"  # of the HTML card
MEANS = "means"  # the label of a sentence; all others are labels of values
CODE = "overflow-x:auto;white-space:pre;word-break:normal"  # JupyterLab would break words


def themed(what: str, name: str, plain: str) -> str:
    """A CSS declaration in a colour of JupyterLab's theme, and before it the plain one.

    The plain one counts wherever there is no such theme, and in a notebook that JupyterLab does not trust yet: it
    takes away every `var(…)` there.
    """
    return f"{what}:{plain};{what}:var(--jp-{name}, {plain})"


def inked(name: str, plain: str) -> str:
    """The colour of text, as in `themed`, nearer to the theme's own ink: many of its colours are too pale for text."""
    ink = f"color-mix(in srgb, var(--jp-{name}, {plain}) 55%, var(--jp-content-font-color1, {plain}))"
    return f"color:{plain};color:{ink}"


GREEN, RED = inked("success-color1", GOOD), inked("error-color1", BAD)


@dataclass(frozen=True)
class Item:
    """A requirement, or a defect: a sign, a sentence, and what is known of it. Without a sentence, only that.

    `count` requirements may share one sentence: the cases of a test.
    """

    good: bool
    sentence: str
    facts: tuple[tuple[str, str], ...] = ()  # label and value: ("expected", "200")
    place: str = ""  # "shelf/main.py, line 11"
    source: str = ""  # the line of code there
    details: str = ""  # the traceback through one's own code, many lines
    whole: str = ""  # the traceback with all that lies in libraries
    count: int = 1

    @property
    def sign(self) -> str:
        return "✓" if self.good else "✗"


@dataclass(frozen=True)
class Card:
    """A headline, its items, how many `more` are as good as the good ones and not named, and the next step."""

    good: bool
    headline: str
    items: tuple[Item, ...] = ()
    more: int = 0
    todo: str = ""  # the next step, in the imperative
    full: bool = False  # whether a terminal shows the whole tracebacks
    fine: str = "met"  # what the good ones are
    notes: tuple[str, ...] = ()  # what else to know, each a sentence
    shortened: str = ""  # how to see what is left out; not said where nothing is

    @property
    def sign(self) -> str:
        return "✓" if self.good else "✗"

    @property
    def _rest(self) -> str:
        return f"… and {self.more} more that {'are' if self.more > 1 else 'is'} {self.fine}."

    def _notes(self, *, full: bool) -> tuple[str, ...]:
        return self.notes if full or not self.shortened else (self.shortened, *self.notes)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from self._rows(full=self.full)

    def lines(self, *, full: bool = False) -> list[str]:
        """The plain twin, at most 80 columns; with `full`, every traceback."""
        screen = Console(
            file=StringIO(),
            width=WIDTH,
            color_system=None,
            force_terminal=False,
            force_jupyter=False,
            legacy_windows=False,
        )
        screen.print(*self._rows(full=full), sep="\n", highlight=False)
        assert isinstance(screen.file, StringIO)
        return [line.rstrip() for line in screen.file.getvalue().rstrip("\n").split("\n")]

    def _rows(self, *, full: bool) -> Iterator[Table | Text | Padding]:
        yield _row(self.sign, Text(self.headline, style="bold"), good=self.good)
        for item in self.items:
            if item.facts or item.place or item.source or (full and (item.whole or item.details)):
                yield Text("")
            if item.sentence:
                yield Padding(_row(item.sign, Text(item.sentence), good=item.good), (0, 0, 0, 2), expand=False)
            yield from (Padding(line, (0, 0, 0, 4), expand=False) for line in _below(item))
            if full and (traceback := item.whole or item.details):
                yield Padding(Text(traceback), (0, 0, 0, 4), expand=False)
        if self.more:
            yield _row(" ", Text(self._rest), good=self.good)
        steps = [*(("·", note) for note in self._notes(full=full)), *([("→", self.todo)] if self.todo else [])]
        if steps and (self.items or self.more):
            yield Text("")
        yield from (_row(sign, Text(step), good=None) for sign, step in steps)

    def html(self) -> str:
        """The same as one HTML element; nothing in it needs a script or a style sheet."""
        parts = [f'<div style="border-left:6px solid {_colour(self.good)};padding:.3em 1em;margin:.3em 0">']
        parts.append(f"<div>{_html_sign(self.good)} <b>{html_prose(self.headline)}</b></div>")
        parts += [_html_item(item) for item in self.items]
        parts += [f"<div>{escape(self._rest)}</div>"] if self.more else []
        parts += [f'<div style="margin-top:.6em">· {html_prose(note)}</div>' for note in self._notes(full=False)]
        if self.todo:
            parts.append(f'<div style="margin-top:.6em">→ {html_prose(self.todo)}</div>')
        return "".join([*parts, "</div>"])


def _row(sign: str, text: Text, *, good: bool | None) -> Table:
    """A sign and a text that wraps beside it."""
    row = Table.grid(padding=(0, 1))
    row.add_column(width=1)
    row.add_column(overflow="fold")
    row.add_row(Text(sign, style={True: "bold green", False: "bold red", None: "bold"}[good]), text)
    return row


def _below(item: Item) -> Iterator[Table | Text]:
    if item.facts:
        width = max(len(label) for label, _ in item.facts)
        facts = Table.grid(padding=(0, 2))
        facts.add_column(width=width)
        facts.add_column(overflow="fold")
        for label, value in item.facts:
            facts.add_row(Text(label, style="dim"), Text(value))
        yield facts
    if item.place:
        yield Text(item.place, style="dim")
    if item.source:
        yield Text(f"    {item.source}", style="cyan", no_wrap=True, overflow="ellipsis")


def _colour(good: bool) -> str:
    return GOOD if good else BAD


def _html_sign(good: bool) -> str:
    return f'<span style="{GREEN if good else RED};font-weight:bold">{"✓" if good else "✗"}</span>'


def html_prose(text: str) -> str:
    """A sentence; what stands in backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _html_value(label: str, value: str) -> str:
    return html_prose(value) if label == MEANS else f"<code>{escape(value)}</code>"


def _html_item(item: Item) -> str:
    rows = "".join(
        f'<tr style="background:none"><td style="text-align:left;opacity:.7">{escape(label)}</td>'
        f'<td style="text-align:left">{_html_value(label, value)}</td></tr>'
        for label, value in item.facts
    )
    said = f"{_html_sign(item.good)} {html_prose(item.sentence)}" if item.sentence else ""
    parts = [f'<div style="margin:.3em 0 .3em 1em">{said}']
    parts.append(f'<table style="margin:.2em 0 .2em 1em">{rows}</table>' if rows else "")
    if item.place:
        parts.append(f'<div style="margin-left:1em;opacity:.7">{escape(item.place)}</div>')
    if item.source:
        parts.append(f'<pre style="margin:0 0 0 1em;{CODE}">{escape(item.source)}</pre>')
    if item.details:
        details = f'<pre style="{CODE}">{escape(item.details)}</pre>'
        parts.append(f'<details style="margin-left:1em"><summary>Full traceback</summary>{details}</details>')
    return "".join([*parts, "</div>"])
