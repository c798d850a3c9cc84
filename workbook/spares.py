"""Keeps one fresh database ready ahead of the next run, and drops the used ones behind it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from workbook import databases, stages
from workbook.course import Chapter
from workbook.later import later
from workbook.trouble import Trouble


class Spares:
    """A context manager; at its end the database that was kept ready is dropped too."""

    def __init__(self) -> None:
        self._ready: Future[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._ready is not None:
            with suppress(Trouble):
                databases.drop(self._ready.result())
            self._ready = None

    @contextmanager
    def database(self, chapter: Chapter, purpose: str) -> Iterator[str]:
        """Like `stages.database`, without the wait. Raises `Trouble` where no database can be made."""
        if "postgresql" not in chapter.databases:
            with stages.database(chapter, purpose) as url:
                yield url
            return
        ready, self._ready = self._ready, None
        url = ready.result() if ready is not None else databases.create(purpose)
        try:
            yield url
        finally:
            later(databases.drop, url)
            self._ready = self._ready or later(databases.create, purpose)
