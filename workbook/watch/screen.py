"""The one screen of `watch`: what is watched, the verdict, what was asked for, and the keys."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.text import Text

from workbook.course import Chapter
from workbook.learner import desk
from workbook.learner.checking import Check
from workbook.report.card import Card
from workbook.system.errors import UserError
from workbook.watch.file_watcher import POLL

WIDEST = 100  # columns; a line that is longer is hard to read


@dataclass
class View:
    """What the screen shows now."""

    chapter: Chapter
    poll: bool = False
    after: Chapter | None = None  # the chapter that comes next
    judged: Check | UserError | None = None
    judging: bool = False
    at: str = ""  # when it was judged
    same: bool = False  # whether a save changed nothing of what is said
    saves: int = 0  # verdicts on this screen; before the second, it says what there is to do
    full: bool = False  # with whole tracebacks
    top: int = 0  # the first line of the verdict that is shown
    said: list[str] = field(default_factory=list)  # a hint, an answer to a key

    @property
    def passed(self) -> bool:
        return isinstance(self.judged, Check) and self.judged.passed

    def card(self) -> Card | None:
        """The verdict as a card; None before there is one."""
        if isinstance(self.judged, UserError):
            return Card(False, self.judged.what, todo=self.judged.todo)
        return None if self.judged is None else replace(self.judged.card, full=self.full)


def draw(view: View, console: Console) -> RenderableType:
    """Everything, cut to the terminal's height; the keys are always the last line."""
    width = min(console.width, WIDEST)
    options = console.options.update(width=width)
    head: list[RenderableType] = [Text(_head(view), style="bold", no_wrap=True, overflow="ellipsis")]
    if view.saves < 2:
        head += [Text(line, style=style) for line, style in _first(view)]
    head.append(Rule(_age(view), style="dim", align="right"))
    foot: list[RenderableType] = [Text(line) for line in view.said]
    foot += [Rule(style="dim"), Text(_keys(view), style="dim", no_wrap=True, overflow="ellipsis")]
    taken = sum(len(console.render_lines(part, options, pad=False)) for part in [*head, *foot])
    return Group(*head, *_body(view, console, width, console.height - taken), *foot)


def _head(view: View) -> str:
    how = f" · polling every {POLL / 1000:g} seconds" if view.poll else ""
    judging = " · judging …" if view.judging else ""
    return f"{view.chapter.number} {view.chapter.title} · watching {_shown(view)}{how}{judging}"


def _age(view: View) -> str:
    """How old the verdict is, and whether the last save made it another one."""
    return f"judged at {view.at}{', unchanged since the last save' if view.same else ''}" if view.at else ""


def _first(view: View) -> list[tuple[str, str]]:
    """What there is to do, and in which files."""
    edit = " and ".join(f"{_shown(view)}/{file}" for file in view.chapter.exercise.edit)
    return [(view.chapter.exercise.task, ""), (f"Edit {edit}", "bold")]


def _shown(view: View) -> str:
    return desk.shown(view.chapter, view.chapter.desk)


def _keys(view: View) -> str:
    keys = ["h hint", "f short" if view.full else "f full traceback", "n next", "r reset", "q quit"]
    return " · ".join(keys)


def _body(view: View, console: Console, width: int, height: int) -> list[RenderableType]:
    card = view.card()
    if card is None:
        return [Text("Judging your copy for the first time …")]
    if not view.full:
        card = fitted(card, console, width, height)
    lines = console.render_lines(card, console.options.update(width=width), pad=False)
    view.top = view.top if view.top < len(lines) else 0
    shown = [Text.assemble(*((part.text, part.style or "") for part in line)) for line in lines[view.top :]]
    if len(shown) > height:
        shown = [*shown[: height - 1], Text("… space shows more", style="dim")]
    return list(shown)


def fitted(card: Card, console: Console, width: int, height: int) -> Card:
    """The card without as many of the requirements that are met as it takes to fit."""
    options = console.options.update(width=width)
    good = [place for place, item in enumerate(card.items) if item.good]

    def without(count: int) -> Card:
        out = set(good[len(good) - count :])
        items = tuple(item for place, item in enumerate(card.items) if place not in out)
        return replace(card, items=items, more=card.more + sum(card.items[place].count for place in out))

    def excess(count: int) -> int:
        return len(console.render_lines(without(count), options, pad=False)) - height

    count = 0
    while count < len(good) and (lines := excess(count)) > 0:
        count = min(len(good), count + lines + (not count and not card.more))  # an item takes a line, "more" one too
    return without(count)
