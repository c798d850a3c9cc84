"""SQLite changes a table by copying and dropping it. With foreign keys on, that deletes the rows that refer to it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection


class OrphansError(Exception):
    """Rows refer to nothing, so the migration is undone."""


@contextmanager
def foreign_keys_off(connection: Connection) -> Iterator[None]:
    """Let SQLite enforce no foreign key inside the block. It must begin before a transaction does."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys = OFF")  # through the driver: SQLAlchemy would begin a transaction first
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def refuse_orphans(connection: Connection) -> None:
    """Do for all rows what SQLite left out while they were off; raises OrphansError before anything is committed."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if orphans := sorted({f"{table} refers to a missing row of {parent}" for table, _, parent, _ in found}):
            raise OrphansError("; ".join(orphans))
