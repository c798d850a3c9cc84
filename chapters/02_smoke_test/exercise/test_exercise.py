"""`smoke.find_by_data(connection, text)` returns the rows whose data is exactly that text."""

import pytest
from psycopg2.extensions import connection as Connection

from fastauth import smoke


@pytest.fixture
def filled(connection: Connection) -> Connection:
    """A connection whose table has three rows, one of them with quotes in it."""
    smoke.create_table(connection)
    for num, data in [(1, "plain"), (2, "abc'def"), (3, "plain")]:
        smoke.insert(connection, num, data)
    return connection


def test_the_matching_rows_are_found(filled: Connection) -> None:
    """All rows with that text come back, oldest first."""
    with filled.cursor() as cursor:
        cursor.execute("UPDATE test SET num = 4 WHERE num = 1")  # may move the row to the end of the table

    assert [row.num for row in smoke.find_by_data(filled, "plain")] == [4, 3]


def test_a_text_with_a_quote_is_found(filled: Connection) -> None:
    """A quote in the text is data like any other character."""
    assert [row.num for row in smoke.find_by_data(filled, "abc'def")] == [2]


def test_a_text_with_a_percent_sign_is_no_pattern(filled: Connection) -> None:
    """A percent sign in the text is data like any other character."""
    assert smoke.find_by_data(filled, "pl%") == []


def test_an_injection_finds_nothing(filled: Connection) -> None:
    """Text that looks like SQL matches no row."""
    assert smoke.find_by_data(filled, "' OR '1'='1") == []


def test_an_injection_destroys_nothing(filled: Connection) -> None:
    """Text that looks like a second statement is not executed."""
    assert smoke.find_by_data(filled, "'; DELETE FROM test; --") == []
    assert len(smoke.fetch_all(filled)) == 3
