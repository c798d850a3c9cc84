"""`interleaving(...)`: statements of several real sessions in a fixed order, and what the server made of each."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from typing import TYPE_CHECKING

from workbook.nb.colour import coloured
from workbook.nb.lock_waits import ENDS, Outcome, Sessions
from workbook.nb.rendering import FAINT, RED, Shown, hanging, panel
from workbook.system.errors import UserError

if TYPE_CHECKING:
    from workbook.pictures.timeline import Timeline

LINE = re.compile(r"(?P<name>[^:]+?)\s*:\s*(?P<statement>.+)")
BEGINS = re.compile(r"BEGIN|START", re.IGNORECASE)
SILENT = "..."


@dataclass(frozen=True)
class Moment:
    """Something that happens: a statement is sent, with its outcome or whom it waits for; or one goes on."""

    at: int
    name: str
    statement: str  # "" where an earlier one goes on
    said: str
    sign: str = ""
    waits: bool = False

    @property
    def label(self) -> str:
        """The statement and what came of it, as far as that is worth saying."""
        if not self.statement:
            return f"goes on: {self.said}"
        return self.statement if not self.said or self.waits else f"{self.statement} → {self.said}"


class Interleaving(Shown):
    """What happened, in order. `timeline` draws it."""

    def __init__(self, names: Sequence[str], moments: Sequence[Moment]) -> None:
        self.names, self.moments = names, moments
        super().__init__("\n".join(_lines(moments)), panel(hanging(_html(moments))))

    def timeline(self, title: str) -> Timeline:
        """The same as a picture: transactions as bars, waiting hatched."""
        from workbook.pictures.timeline import timeline

        drawn = timeline(title, self.names)
        for name in self.names:
            began: dict[str, int] = {}
            own = [one for one in self.moments if one.name == name]
            for one in own:
                drawn.event(name, one.at, one.label, "✗" if one.sign else "")
                if "waits" in began:
                    drawn.span(name, began.pop("waits"), one.at, kind="waits")
                if "transaction" in began and ENDS.match(one.statement):
                    drawn.span(name, began.pop("transaction"), one.at)
                if one.waits:
                    began["waits"] = one.at
                elif BEGINS.match(one.statement):
                    began["transaction"] = one.at
            for kind, start in began.items():
                drawn.span(name, start, self.moments[-1].at + 1, kind="waits" if kind == "waits" else "busy")
        return drawn


def interleaving(script: str) -> Interleaving:
    """Run a script, each line of which is `NAME: STATEMENT`, and show it with what the server answered.

    Every name is a session of its own on the notebook's database, in autocommit mode until it says BEGIN. The next line
    is sent when the server says that every session is done, or waits for a lock of one that has nothing to do. Where a
    statement closes a circle of waiting sessions, it is the one that is refused. `NAME: ...` sends nothing and waits
    until a session that is waiting goes on. What is not committed at the end is rolled back.
    """
    from workbook.postgres.connection import native

    steps = [*_steps(script)]
    names = [*dict.fromkeys(name for name, _ in steps)]
    with Sessions(names, native(os.environ["DATABASE_URL"])) as sessions:
        return Interleaving(names, [*_played(sessions, steps)])


def _steps(script: str) -> Iterator[tuple[str, str]]:
    for line in script.splitlines():
        if found := LINE.fullmatch(line.strip()):
            yield found["name"], found["statement"]
        elif line.strip():
            raise UserError(f"No session is named in this line: {line.strip()}", "Write it as `NAME: STATEMENT`.")


def _played(sessions: Sessions, steps: Sequence[tuple[str, str]]) -> Iterator[Moment]:
    moments = count(1)
    for name, statement in steps:
        lane = sessions.lanes[name]
        if lane.busy:
            raise UserError(
                f"{name} is still waiting, and cannot send: {statement}", "Let the session that it waits for end first."
            )
        waiting = [one for one in sessions.lanes if sessions.lanes[one].busy]
        if statement == SILENT:
            if not waiting:
                raise UserError("No one is waiting, so nothing will happen.", f"Leave out the line `{name}: {SILENT}`.")
            yield Moment(next(moments), name, "(does nothing)", "")
            sessions.settle(until_one_moves=True)
        else:
            sessions.send(name, statement)
            blockers = sessions.settle()
            done = lane.outcome()
            yield _moment(next(moments), name, statement, done or _waiting(blockers[name]), waits=done is None)
        for one in waiting:
            if done := sessions.lanes[one].outcome():
                yield _moment(next(moments), one, "", done)


def _moment(at: int, name: str, statement: str, outcome: Outcome, *, waits: bool = False) -> Moment:
    said = "" if statement.upper().startswith(outcome.text) else outcome.text
    return Moment(at, name, statement, said, outcome.sign, waits)


def _waiting(names: Sequence[str]) -> Outcome:
    return Outcome(f"waits for {' and '.join(names)}")


def _lines(moments: Sequence[Moment]) -> Iterator[str]:
    for one in moments:
        if one.statement:
            yield f"{one.name}: {one.statement}"
        said = f"{one.sign} {one.said}".strip()
        if one.said:
            yield f"  {said}" if one.statement else f"  {one.name} goes on: {said}"


def _html(moments: Sequence[Moment]) -> Iterator[str]:
    for one in moments:
        if one.statement:
            yield f"<b>{escape(one.name)}</b>: {coloured(one.statement, 'postgres')}"
        said = escape(f"{one.sign} {one.said}".strip())
        if one.said:
            said = said if one.statement else f"{escape(one.name)} goes on: {said}"
            yield f'  <span style="{RED if one.sign else FAINT}">{said}</span>'
