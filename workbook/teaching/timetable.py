"""When each section begins and where the breaks are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from workbook.teaching.plan import Exercise, Plan, Section

DAY = datetime(2000, 1, 1)  # any: a timetable has times only


@dataclass(frozen=True)
class Break:
    """Nothing is taught for so many minutes."""

    minutes: int


@dataclass(frozen=True)
class Entry:
    """What begins at a time (`HH:MM`, "" without a timetable), in which plan."""

    begins: str
    what: Section | Exercise | Break
    plan: Plan


@dataclass(frozen=True)
class Rhythm:
    """A day that begins at `start`, with a break of `rest` minutes after `work` minutes at most."""

    start: datetime | None = None
    rest: int = 10
    work: int = 60


def timetable(plans: Sequence[Plan], rhythm: Rhythm) -> Iterator[Entry]:
    """All sections and exercises in order; with a start, their times, and breaks between them.

    What takes longer than a class can work without a break is not torn apart: the break comes after it.
    """
    now, worked = rhythm.start, 0
    for one in plans:
        taught: tuple[Section | Exercise, ...] = (*one.sections, one.exercise)
        for what in taught:
            if now and worked and worked + what.minutes > rhythm.work:
                yield Entry(f"{now:%H:%M}", Break(rhythm.rest), one)
                now, worked = now + timedelta(minutes=rhythm.rest), 0
            yield Entry(f"{now:%H:%M}" if now else "", what, one)
            now, worked = now and now + timedelta(minutes=what.minutes), worked + what.minutes


def ends(entries: Sequence[Entry]) -> str:
    """When all of it is over; "" without a timetable."""
    last = entries[-1]
    return f"{at(last.begins) + timedelta(minutes=last.what.minutes):%H:%M}" if last.begins else ""


def at(clock: str) -> datetime:
    """A time of day by its text, as in 09:00. Raises `ValueError`."""
    return datetime.combine(DAY, datetime.strptime(clock, "%H:%M").time())
