"""The database that a run of a chapter's tests gets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from workbook.course import Chapter


@contextmanager
def database(chapter: Chapter, purpose: str) -> Iterator[str]:
    """A fresh database of the kind that the chapter is about; an SQLite file that is never made where it has none."""
    if "postgresql" in chapter.databases:
        from workbook.postgres import databases

        with databases.fresh(f"{chapter.slug}_{purpose}") as url:
            yield url
    else:
        yield "sqlite:///app.db"
