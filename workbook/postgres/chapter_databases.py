"""The database that a run of a chapter's tests gets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbook.course import Chapter
from workbook.system import session


@contextmanager
def database(chapter: Chapter, purpose: str) -> Iterator[str]:
    """A fresh database of the kind that the chapter is about: PostgreSQL's, or else an SQLite file, gone afterwards.

    A chapter without a database gets the name of a file that nobody makes.
    """
    if "postgresql" in chapter.databases:
        from workbook.postgres import databases

        with databases.fresh(f"{chapter.slug}_{purpose}") as url:
            yield url
    elif chapter.databases:
        with session.scratch("sqlite") as folder:
            yield f"sqlite:///{Path(folder).as_posix()}/app.db"
    else:
        yield "sqlite:///app.db"
