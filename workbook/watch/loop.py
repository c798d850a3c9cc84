"""From save to verdict: judges the learner's copy after every change, the newest one only."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

from workbook.course import Chapter
from workbook.learner import checking
from workbook.learner.catching import Databases
from workbook.learner.checking import Check
from workbook.learner.record import record
from workbook.postgres.chapter_databases import database
from workbook.runner import CancelledError, Runner
from workbook.system.errors import UserError
from workbook.watch.file_watcher import saved_states

Judged = Check | UserError
Tell = Callable[[Judged | None], None]


class Loop:
    """A context manager: while it is entered, `tell` gets None when a run begins, and what came of it.

    `tell` is called from another thread. A verdict that a newer save has overtaken is not told.
    """

    def __init__(
        self,
        chapter: Chapter,
        runner: Runner,
        tell: Tell,
        *,
        databases: Databases = database,
        new: Collection[str] = (),
        poll: bool = False,
    ) -> None:
        self._chapter, self._runner, self._databases, self._new = chapter, runner, databases, new
        self._tell, self._poll = tell, poll
        self._stop, self._saved, self._lock = Event(), Event(), Lock()
        self._threads = [Thread(target=work, daemon=True) for work in (self._notice, self._judge)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._again()
        for thread in self._threads:
            thread.join()
        self._runner.resume()

    def _notice(self) -> None:
        for _ in saved_states(self._chapter.desk, self._stop, poll=self._poll):
            self._again()

    def _again(self) -> None:
        """Nobody wants to know any more what the run that goes on would say."""
        with self._lock:
            self._saved.set()
            self._runner.cancel()

    def _judge(self) -> None:
        while self._saved.wait() and not self._stop.is_set():
            with self._lock:
                self._saved.clear()
                self._runner.resume()
            self._tell(None)
            with suppress(CancelledError):
                judged = self._judged()
                if not self._saved.is_set():
                    self._tell(judged)

    def _judged(self) -> Judged:
        try:
            found = checking.check(self._chapter, self._runner, self._databases, new=self._new)
            return record(self._chapter, found)
        except UserError as error:
            return error
        except OSError as error:  # a file went away between looking and reading
            return UserError(f"Your copy could not be read: {error}.", "Save once more.")
        except CancelledError:
            raise
        except Exception as error:  # the loop goes on, whatever one save brings
            return UserError(f"This save could not be judged: {type(error).__name__}: {error}.", "Save once more.")
