"""One round trip to PostgreSQL with psycopg2 and nothing else."""

import os
from contextlib import closing
from typing import NamedTuple

import psycopg2
from psycopg2.extensions import connection as Connection


class Row(NamedTuple):
    """A row of the table `test`."""

    id: int
    num: int
    data: str


def dsn() -> str:
    """DATABASE_URL as libpq reads it: without the driver that SQLAlchemy puts into the scheme."""
    return os.environ["DATABASE_URL"].replace("postgresql+psycopg2://", "postgresql://", 1)


def create_table(connection: Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE test (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, num integer, data varchar)"
        )


def insert(connection: Connection, num: int, data: str) -> int:
    """Insert one row and return the id that the server gave it."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO test (num, data) VALUES (%s, %s) RETURNING id", (num, data))
        [(new_id,)] = cursor.fetchall()
    return int(new_id)


def fetch_all(connection: Connection) -> list[Row]:
    """Every row, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, num, data FROM test ORDER BY id")
        return [Row(*row) for row in cursor.fetchall()]


def round_trip(connection: Connection) -> list[Row]:
    """Create the table, insert a row, commit; then read it in a transaction of its own."""
    with connection:
        create_table(connection)
        insert(connection, 100, "abc'def")
    with connection:
        return fetch_all(connection)


if __name__ == "__main__":
    with closing(psycopg2.connect(dsn())) as connection:
        print(round_trip(connection))
