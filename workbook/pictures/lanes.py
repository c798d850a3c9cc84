"""Draws lanes side by side: events, spans and arrows, one row per moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from matplotlib.patches import FancyArrowPatch, Rectangle

from workbook.pictures.picture import (
    BLUE,
    BROWN,
    FAINT,
    GREEN,
    GREY,
    INK,
    LINE,
    ORANGE,
    PALE_BLUE,
    PALE_GREY,
    PALE_ORANGE,
    RED,
    SMALL,
    TITLE_LINE,
    WIDTH,
    Canvas,
    Picture,
    titled,
    width_of,
    wrapped,
)

Sign = Literal["", "✓", "✗"]
Kind = Literal["busy", "waits", "blind"]

MARGIN, BAR, GAP, NAME, HEAD = 0.2, 0.24, 0.26, 0.4, 0.46  # inches
INSET = NAME + BAR + 0.2  # from the left of a lane to its labels
INKS = {"": INK, "✓": GREEN, "✗": RED}


@dataclass(frozen=True)
class Event:
    lane: int
    at: float
    label: str
    sign: Sign


@dataclass(frozen=True)
class Span:
    lane: int
    start: float
    end: float
    label: str
    kind: Kind


@dataclass(frozen=True)
class Arrow:
    source: tuple[int, float]
    target: tuple[int, float]
    label: str


class Drawing:
    """Places everything: one column per lane, one row per moment, each row as high as its longest label."""

    def __init__(
        self, title: str, lanes: list[str], events: list[Event], spans: list[Span], arrows: list[Arrow]
    ) -> None:
        self.lanes, self.events, self.spans, self.arrows = lanes, events, spans, arrows
        self.title = titled(title, MARGIN)
        self.column = (WIDTH - 2 * MARGIN) / len(lanes)
        self.labels = {event: self._label(event) for event in events}
        self.head = MARGIN + len(self.title) * TITLE_LINE + (0.12 if title else 0)
        self.asides = self._asides()
        self.rows = self._rows(self.head + HEAD + 0.2)
        self.bottom = max(self.rows.values()) + 0.7
        self.canvas = Canvas(WIDTH, self.bottom)

    def picture(self, alternative: str) -> Picture:
        self.canvas.title(self.title, MARGIN)
        for place, name in enumerate(self.lanes):
            self._lane(place, name)
        for span in self.spans:
            (self._region if span.kind == "blind" else self._bar)(span)
        for arrow in self.arrows:
            self._arrow(arrow)
        for event in self.events:
            self._event(event)
        return self.canvas.picture(alternative)

    def _label(self, event: Event) -> list[str]:
        text = f"{event.sign}\u00a0{event.label}" if event.sign else event.label
        return wrapped(text, self.column - INSET - 0.3, weight="bold" if event.sign else "normal")

    def _moments(self) -> set[float]:
        moments = {event.at for event in self.events} | {at for one in self.spans for at in (one.start, one.end)}
        return moments | {at for arrow in self.arrows for _, at in (arrow.source, arrow.target)}

    def _asides(self) -> dict[Span, float]:
        """The moment at which a span's label stands beside its lane: between its beginning and whatever comes next."""
        moments = self._moments()
        return {
            span: (span.start + min(at for at in moments if at > span.start)) / 2
            for span in self.spans
            if span.kind != "busy"
        }

    def _rows(self, top: float) -> dict[float, float]:
        """How far each moment is from the top of the paper, in inches."""
        rows, y = {}, top
        for moment in sorted({*self._moments(), *self.asides.values()}):
            half = max((len(self.labels[one]) for one in self.events if one.at == moment), default=1) * LINE / 2
            y += half + GAP / 2
            rows[moment] = y
            y += half + GAP / 2
        return rows

    def _x(self, lane: int) -> float:
        """The middle of a lane's bar."""
        return self._left(lane) + NAME + BAR / 2

    def _left(self, lane: int) -> float:
        return MARGIN + lane * self.column

    def _lane(self, place: int, name: str) -> None:
        x, axes = self._x(place), self.canvas.axes
        axes.add_patch(Rectangle((self._left(place), self.head), self.column - 0.2, HEAD, facecolor=PALE_GREY))
        self.canvas.text(x - BAR / 2, self.head + HEAD / 2, name, weight="bold")
        axes.plot([x, x], [self.head + HEAD, self.bottom - 0.3], color=FAINT, linewidth=1.6, zorder=1)
        axes.plot([x], [self.bottom - 0.24], marker="v", markersize=10, color=FAINT, zorder=1)

    def _region(self, span: Span) -> None:
        start, end = self.rows[span.start], self.rows[span.end]
        box = Rectangle((self._left(span.lane), start), self.column - 0.2, end - start)
        box.set(facecolor=PALE_GREY, edgecolor=GREY, hatch="..", zorder=0)
        self.canvas.axes.add_patch(box)
        self._aside(span, FAINT, PALE_GREY)

    def _bar(self, span: Span) -> None:
        start, end = self.rows[span.start], self.rows[span.end]
        face, edge, hatch = (PALE_BLUE, BLUE, None) if span.kind == "busy" else (PALE_ORANGE, ORANGE, "////")
        box = Rectangle((self._x(span.lane) - BAR / 2, start), BAR, end - start)
        box.set(facecolor=face, edgecolor=edge, linewidth=1.6, hatch=hatch, zorder=2 if span.kind == "busy" else 3)
        self.canvas.axes.add_patch(box)
        if span.kind == "waits":
            self._aside(span, BROWN, "white")
        elif width_of(span.label, SMALL) <= end - start + 0.3:
            x = self._x(span.lane) - BAR / 2 - 0.16
            self.canvas.text(x, (start + end) / 2, span.label, fontsize=SMALL, rotation=90, ha="center")

    def _aside(self, span: Span, ink: str, ground: str) -> None:
        x, y = self._left(span.lane) + INSET, self.rows[self.asides[span]]
        self._boxed(x, y, span.label, ground, fontsize=SMALL, style="italic", color=ink)

    def _event(self, event: Event) -> None:
        x, y, ink = self._x(event.lane), self.rows[event.at], INKS[event.sign]
        self.canvas.axes.plot([x], [y], marker="o", markersize=12, color=ink, markeredgecolor="white", zorder=4)
        blind = any(s.kind == "blind" and s.lane == event.lane and s.start <= event.at <= s.end for s in self.spans)
        label, weight = "\n".join(self.labels[event]), "bold" if event.sign else "normal"
        self._boxed(self._left(event.lane) + INSET, y, label, PALE_GREY if blind else "white", color=ink, weight=weight)

    def _arrow(self, arrow: Arrow) -> None:
        (one, begin), (other, end) = arrow.source, arrow.target
        left, right = self.reach(arrow)
        start, stop = (left, self.rows[begin]), (right, self.rows[end])
        line = FancyArrowPatch(start, stop, arrowstyle="-|>", mutation_scale=24, color=BLUE, linewidth=2.2)
        line.set(zorder=3)
        line.shrinkA, line.shrinkB = (4 if x != self._x(lane) else 10 for x, lane in ((left, one), (right, other)))
        self.canvas.axes.add_patch(line)
        if arrow.label:
            edge = min(stop[0], self._left(one + 1)) if one < other else max(stop[0], self._left(one))
            share = (edge - start[0]) / (stop[0] - start[0]) / 2
            x, y = (start[place] + share * (stop[place] - start[place]) for place in (0, 1))
            self._boxed(x, y - 0.22, arrow.label, "white", fontsize=SMALL, ha="center", color=BLUE)

    def reach(self, arrow: Arrow) -> tuple[float, float]:
        """From where to where an arrow goes, in inches from the left: behind the label at its left end."""
        (one, begin), (other, end) = arrow.source, arrow.target
        start, stop = self._x(one), self._x(other)
        if one < other:
            return max([start, *self._ends(one, begin)]), stop
        return start, max([stop, *self._ends(other, end)])

    def _ends(self, lane: int, at: float) -> list[float]:
        """Where the labels of a moment end, in inches from the left."""
        labels = [(event, self.labels[event]) for event in self.events if (event.lane, event.at) == (lane, at)]
        return [
            self._left(lane) + INSET + 0.1 + width_of(line, weight="bold" if event.sign else "normal")
            for event, lines in labels
            for line in lines
        ]

    def _boxed(self, x: float, y: float, text: str, ground: str, **style: Any) -> None:
        box = {"facecolor": ground, "edgecolor": "none", "pad": 1.5}
        self.canvas.text(x, y, text, bbox=box, linespacing=1.25, zorder=5, **style)
