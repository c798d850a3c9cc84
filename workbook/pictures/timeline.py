"""Collects what several connections or requests do, to be drawn with time flowing downwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from workbook.pictures.lanes import Arrow, Drawing, Event, Kind, Sign, Span
from workbook.pictures.picture import Picture

WORDS = {"busy": "", "waits": "waits", "blind": "sees nothing"}


class Timeline:
    """Collects what happens; the picture is drawn when it is shown. Each method returns the timeline itself.

    `at`, `start` and `end` are moments: any numbers, only their order counts; what shares a moment stands side by side.
    A lane is named by its whole name or by how it begins, as long as that is clear.
    """

    def __init__(self, title: str, lanes: Sequence[str]) -> None:
        self._title, self._lanes = title, list(lanes)
        self._events: list[Event] = []
        self._spans: list[Span] = []
        self._arrows: list[Arrow] = []

    def event(self, lane: str, at: float, label: str, sign: Sign = "") -> Self:
        """Something happens at a moment; `sign` says how it went: ✓ well, ✗ badly."""
        self._events.append(Event(self._place(lane), at, label, sign))
        return self

    def span(self, lane: str, start: float, end: float, label: str = "", kind: Kind = "busy") -> Self:
        """Something lasts: a transaction (`busy`), a lock not given (`waits`), a time of seeing nothing (`blind`)."""
        self._spans.append(Span(self._place(lane), start, end, label or WORDS[kind], kind))
        return self

    def arrow(self, source: tuple[str, float], target: tuple[str, float], label: str = "") -> Self:
        """Something passes from a lane at a moment to another lane at a moment."""
        (one, begin), (other, end) = source, target
        self._arrows.append(Arrow((self._place(one), begin), (self._place(other), end), label))
        return self

    def __repr__(self) -> str:
        return self._alternative()

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return self.picture()._repr_mimebundle_()

    def picture(self) -> Picture:
        """Draw it."""
        return Drawing(self._title, self._lanes, self._events, self._spans, self._arrows).picture(self._alternative())

    def _place(self, lane: str) -> int:
        found = [place for place, name in enumerate(self._lanes) if name == lane]
        found = found or [place for place, name in enumerate(self._lanes) if name.startswith(lane)]
        if len(found) != 1:
            raise ValueError(f"{lane!r} names no single lane of {self._lanes}")
        return found[0]

    def _alternative(self) -> str:
        told: list[tuple[float, int, str]] = []
        for event in self._events:
            said = f"{event.sign} {event.label}".strip()
            told.append((event.at, 1, f"{self._lanes[event.lane]}: {said}"))
        for span in self._spans:
            name = f"{self._lanes[span.lane]}: {span.label or 'busy'}"
            told += [(span.start, 0, f"{name} begins"), (span.end, 2, f"{name} ends")]
        for arrow in self._arrows:
            (one, begin), (other, _) = arrow.source, arrow.target
            label = f": {arrow.label}" if arrow.label else ""
            told.append((begin, 1, f"{self._lanes[one]} → {self._lanes[other]}{label}"))
        lines = [line.replace("\n", " ") for _, _, line in sorted(told, key=lambda one: one[:2])]
        numbered = [f"{number:>3}. {line}" for number, line in enumerate(lines, start=1)]
        return "\n".join([f"Timeline: {self._title}", *numbered])


def timeline(title: str, lanes: Sequence[str]) -> Timeline:
    """A timeline of what happens on `lanes`, to which events, spans and arrows are added."""
    return Timeline(title, lanes)
