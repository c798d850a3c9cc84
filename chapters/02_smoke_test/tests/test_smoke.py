"""psycopg2 reaches the server, and transactions do what they promise."""

import runpy
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
from psycopg2.errors import GeneratedAlways, UndefinedTable
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from psycopg2.extensions import connection as Connection

from fastauth import smoke


def test_an_inserted_row_is_fetched_back(connection: Connection) -> None:
    """What goes in comes out, with the id that the server gave it."""
    smoke.create_table(connection)

    new_id = smoke.insert(connection, 100, "abc'def")

    assert smoke.fetch_all(connection) == [smoke.Row(new_id, 100, "abc'def")]


def test_the_server_alone_numbers_the_rows(connection: Connection) -> None:
    """A row that brings an id of its own is refused, so no number is taken before its turn comes."""
    smoke.create_table(connection)

    with pytest.raises(GeneratedAlways), connection.cursor() as cursor:
        cursor.execute("INSERT INTO test (id, num, data) VALUES (2, 100, 'mine')")


def test_rows_come_oldest_first(connection: Connection) -> None:
    """Two rows come back in the order of their ids, wherever an UPDATE has put them in the table."""
    smoke.create_table(connection)
    smoke.insert(connection, 2, "first")
    smoke.insert(connection, 1, "second")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE test SET num = 3 WHERE data = 'first'")

    assert [row.data for row in smoke.fetch_all(connection)] == ["first", "second"]


def test_before_commit_nobody_else_sees_the_table(connect: Callable[[], Connection]) -> None:
    """A second connection does not even find the table."""
    writer, reader = connect(), connect()
    smoke.create_table(writer)
    smoke.insert(writer, 100, "abc'def")

    with pytest.raises(UndefinedTable):
        smoke.fetch_all(reader)


def test_after_commit_everybody_sees_the_row(connect: Callable[[], Connection]) -> None:
    """A second connection reads what the first one committed."""
    writer, reader = connect(), connect()
    smoke.create_table(writer)
    smoke.insert(writer, 100, "abc'def")
    writer.commit()

    assert [row.num for row in smoke.fetch_all(reader)] == [100]


def test_a_with_block_commits_and_stays_open(connection: Connection) -> None:
    """`with connection` ends the transaction, not the connection."""
    with connection:
        smoke.create_table(connection)
        smoke.insert(connection, 100, "abc'def")

    assert connection.closed == 0
    connection.rollback()
    assert len(smoke.fetch_all(connection)) == 1


def test_an_error_in_a_with_block_rolls_back(connection: Connection) -> None:
    """The row before the error is gone, the rows of earlier transactions are not."""
    with connection:
        smoke.create_table(connection)
        smoke.insert(connection, 1, "kept")

    with pytest.raises(ZeroDivisionError), connection:
        smoke.insert(connection, 2, "lost")
        raise ZeroDivisionError

    assert [row.data for row in smoke.fetch_all(connection)] == ["kept"]


def test_the_round_trip_finds_its_own_row(connection: Connection) -> None:
    """Table, insert, commit, fetch: one row comes back, with its quote intact."""
    assert smoke.round_trip(connection) == [smoke.Row(1, 100, "abc'def")]


def test_the_round_trip_commits_its_row(connect: Callable[[], Connection]) -> None:
    """Another connection sees the row afterwards."""
    smoke.round_trip(connect())

    assert len(smoke.fetch_all(connect())) == 1


def test_the_round_trip_leaves_no_transaction_open(connection: Connection) -> None:
    """The connection is idle afterwards: nothing that it has read is held any longer."""
    smoke.round_trip(connection)

    assert connection.info.transaction_status == TRANSACTION_STATUS_IDLE


def test_the_program_closes_its_connection(
    schema: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Run as a program, the module prints the row of its round trip, and leaves no connection open."""
    opened: list[Connection] = []

    def connect(*args: Any, connect: Callable[..., Connection] = psycopg2.connect, **options: Any) -> Connection:
        opened.append(connect(*args, **options))
        return opened[-1]

    monkeypatch.setattr(psycopg2, "connect", connect)
    monkeypatch.setenv("PGOPTIONS", f"-c search_path={schema}")

    runpy.run_path(smoke.__file__, run_name="__main__")

    assert "abc'def" in capsys.readouterr().out
    assert {connection.closed for connection in opened} == {1}
