"""The way to the database: an engine for any URL, session factory, base, a session per request."""

import sqlite3
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy import URL, Connection, Engine, MetaData, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from blog.settings import get_settings


def make_engine(url: str | URL) -> Engine:
    """An engine whose errors tell no values, and whose transactions and foreign keys hold on SQLite too."""
    engine = create_engine(url, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", enforce_foreign_keys)
        event.listen(engine, "begin", begin)
    return engine


def enforce_foreign_keys(connection: sqlite3.Connection, _: object) -> None:
    """Let SQLite refuse a row that refers to nothing: by itself, it does so on no connection."""
    connection.execute("PRAGMA foreign_keys = ON")


def begin(connection: Connection) -> None:
    """Start the transaction before its first statement; by itself the driver waits for the first change of a row."""
    connection.exec_driver_sql("BEGIN")


engine = make_engine(get_settings().url)
SessionLocal = sessionmaker(engine)


class Base(DeclarativeBase):
    """Every model inherits from it; its metadata knows all their tables, and gives every constraint a name."""

    # A migration changes a constraint by its name. These are the names that PostgreSQL would choose.
    metadata = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "fk": "%(table_name)s_%(column_0_name)s_fkey",
            "uq": "%(table_name)s_%(column_0_name)s_key",
            "ck": "%(table_name)s_%(constraint_name)s_check",
            "ix": "ix_%(column_0_label)s",
        }
    )


def get_db() -> Iterator[Session]:
    """One session per request, closed after it; what was not committed is rolled back."""
    with SessionLocal() as session:
        yield session


SessionDep = Annotated[Session, Depends(get_db)]
