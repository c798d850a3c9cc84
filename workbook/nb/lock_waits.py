"""Real sessions on one server, each on a thread of its own; says who has finished and who waits for whose lock."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, Self

from workbook.system.errors import UserError

PATIENCE = 30.0  # seconds until a step must have come to rest
POLL = 0.005
NEVER, SOON = "1d", "10ms"  # deadlock_timeout: of a session that may wait, and of one that can only close a circle
ENDS = re.compile(r"COMMIT|ROLLBACK|END\b", re.IGNORECASE)  # a transaction; such a statement waits for nobody
WHO_BLOCKS = "SELECT pid, pg_blocking_pids(pid) FROM unnest(%s) AS pid"


@dataclass(frozen=True)
class Outcome:
    """What the server answered to a statement."""

    text: str
    sign: Literal["", "✗"] = ""


class Lane:
    """One session. A statement that is sent runs on a thread, because it may have to wait."""

    def __init__(self, name: str, dsn: str) -> None:
        import psycopg2

        self.name = name
        self.connection = psycopg2.connect(dsn)
        self.connection.autocommit = True  # BEGIN is for the script to say
        with self.connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 0")  # here waiting is what is looked at; PATIENCE ends it
        self.pid: int = self.connection.info.backend_pid
        self.sent = 0.0
        self._thread = ThreadPoolExecutor(1)
        self._running: Future[Outcome] | None = None

    @property
    def busy(self) -> bool:
        """Whether a statement is on its way."""
        return self._running is not None and not self._running.done()

    @property
    def in_transaction(self) -> bool:
        return self.connection.info.transaction_status in (1, 2, 3)  # active, in a transaction, in a failed one

    def send(self, statement: str) -> None:
        self.sent = time.monotonic()
        self._running = self._thread.submit(self._execute, statement)

    def outcome(self) -> Outcome | None:
        """What became of the statement, told once; None while it runs, and where nothing was sent."""
        if self._running is None or self.busy:
            return None
        found, self._running = self._running.result(), None
        return found

    def check_for_deadlock(self, after: str) -> None:
        """How long this session waits before the server looks for a deadlock. Raises InsufficientPrivilege."""
        import psycopg2

        if self.connection.info.transaction_status != 3:  # a failed transaction takes no statement, and waits for none
            with suppress(psycopg2.OperationalError), self.connection.cursor() as cursor:  # the session may be gone
                cursor.execute(f"SET deadlock_timeout = '{after}'")

    def stop(self) -> None:
        """Take back what still waits."""
        import psycopg2

        if self.busy:
            with suppress(psycopg2.Error):  # the server may have ended the session
                self.connection.cancel()
        self._thread.shutdown()

    def _execute(self, statement: str) -> Outcome:
        import psycopg2

        try:
            with self.connection.cursor() as cursor:
                cursor.execute(statement)
                if cursor.description is None:
                    return Outcome(cursor.statusmessage or "")
                return Outcome(_told([column.name for column in cursor.description], cursor.fetchall()))
        except psycopg2.Error as error:
            if self.connection.closed:
                return Outcome("the server has ended this session", "✗")
            return Outcome(f"{error.diag.message_primary} (SQLSTATE {error.pgcode})", "✗")


class Sessions:
    """Several lanes and an observer, who asks the server which of them waits for which."""

    def __init__(self, names: Sequence[str], dsn: str) -> None:
        self.lanes = {name: Lane(name, dsn) for name in names}
        self._observer = Lane("observer", dsn)
        self._default_check = self._may_choose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        lanes = [*self.lanes.values(), self._observer]
        for lane in lanes:
            lane.stop()
        for lane in lanes:  # only now: what waited for one of them would go on
            lane.connection.close()

    def send(self, name: str, statement: str) -> None:
        """Begin a statement. Where it closes a circle of waiting sessions, it is the one that the server refuses."""
        lane = self.lanes[name]
        waiting = [one for one in self.lanes.values() if one.busy]
        if self._default_check is None:
            closes = all(one.busy for one in self.lanes.values() if one is not lane and one.in_transaction)
            lane.check_for_deadlock(SOON if waiting and closes else NEVER)
        elif waiting and lane.in_transaction and not ENDS.match(statement):
            # Those who wait have looked for a deadlock by then, and do not look again.
            time.sleep(max(0.0, max(one.sent for one in waiting) + 2 * self._default_check - time.monotonic()))
        lane.send(statement)

    def settle(self, *, until_one_moves: bool = False) -> Mapping[str, Sequence[str]]:
        """Wait until every statement is done, or waits for a session with nothing to do; returns who waits for whom.

        `until_one_moves`: and until one of those that are waiting now is done.
        """
        before = {lane.name for lane in self.lanes.values() if lane.busy}
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            busy = {lane.name for lane in self.lanes.values() if lane.busy}  # asked first: who is done holds no row
            blockers = self._blockers() if busy else {}
            if all(_rests(name, busy, blockers) for name in busy) and (busy < before or not until_one_moves):
                return {name: blockers[name] for name in self.lanes if name in busy}
            time.sleep(POLL)
        raise UserError(
            "These sessions don't come to rest.",
            "If some of them are in a deadlock, let only them have a transaction open.",
        )

    def _blockers(self) -> dict[str, list[str]]:
        names = {lane.pid: lane.name for lane in self.lanes.values()}
        with self._observer.connection.cursor() as cursor:
            cursor.execute(WHO_BLOCKS, ([*names],))
            return {names[pid]: [names[one] for one in by if one in names] for pid, by in cursor.fetchall()}

    def _may_choose(self) -> float | None:
        """None where we may say when to look for a deadlock; else after how many seconds this server does."""
        from psycopg2.errors import InsufficientPrivilege

        try:
            self._observer.check_for_deadlock(NEVER)
        except InsufficientPrivilege:
            with self._observer.connection.cursor() as cursor:
                cursor.execute("SELECT setting::int / 1000.0 FROM pg_settings WHERE name = 'deadlock_timeout'")
                return float(cursor.fetchall()[0][0])
        return None


def _rests(name: str, busy: Set[str], blockers: Mapping[str, Sequence[str]], seen: Set[str] = frozenset()) -> bool:
    """Whether a busy session waits, through however many others, for one that has nothing to do."""
    by = [one for one in blockers.get(name, ()) if one not in seen]
    return any(one not in busy or _rests(one, busy, blockers, {*seen, name}) for one in by)


def _told(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> str:
    """Rows in a line: `stock = 1`, or `2 rows: (1, 5), (2, 0)`."""
    if len(rows) == 1:
        return ", ".join(f"{name} = {value}" for name, value in zip(names, rows[0], strict=True))
    values = [str(row[0]) if len(row) == 1 else f"({', '.join(map(str, row))})" for row in rows]
    return f"{len(rows)} rows: {', '.join(values)}" if rows else "no row"
