"""Keeps fresh databases ready ahead of the next runs, and drops the used ones behind them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Self

from workbook.course import Chapter
from workbook.learner.catching import AT_ONCE
from workbook.postgres import chapter_databases, databases
from workbook.postgres.connection import connected
from workbook.system.background import later


class DatabasePool:
    """A context manager; at its end the databases that were kept ready are dropped too. For several threads."""

    def __init__(self) -> None:
        self._ready: SimpleQueue[Future[str]] = SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(Empty):
            while True:
                later(databases.drop, self._ready.get_nowait().result())

    @contextmanager
    def database(self, chapter: Chapter, purpose: str) -> Iterator[str]:
        """Like `chapter_databases.database`, without the wait. Raises `UserError` where no database can be made."""
        if "postgresql" not in chapter.databases:
            with chapter_databases.database(chapter, purpose) as url:
                yield url
            return
        try:
            url = self._ready.get_nowait().result()
        except Empty:
            url = databases.create("check")
        try:
            yield url
        finally:
            if self._ready.qsize() < AT_ONCE:
                self._ready.put(later(_greeted))
            later(databases.drop, url)


def _greeted() -> str:
    """A new database that was connected to once: the first connection is the slow one."""
    url = databases.create("check")
    with connected(url):
        return url
