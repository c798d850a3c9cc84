"""`smoke.find_by_data(connection, text)` returns the rows whose data is exactly that text, oldest first.

It asks over the connection that it is given; when the transaction ends is up to the caller.
"""

import pytest
from psycopg2.errors import UndefinedTable
from psycopg2.extensions import connection as Connection

from fastauth import smoke


@pytest.fixture
def filled(connection: Connection) -> Connection:
    """A connection whose table has four rows, one of them with a quote in it. Nothing is committed."""
    smoke.create_table(connection)
    for num, data in [(2, "plain"), (3, "plain"), (1, "plain"), (4, "abc'def")]:
        smoke.insert(connection, num, data)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE test SET data = data WHERE num = 2")  # may move the row to the end of the table
    return connection


def test_the_matching_rows_are_found(filled: Connection) -> None:
    """All rows with that text come back, oldest first."""
    found = smoke.find_by_data(filled, "plain")

    assert [(row.id, row.num, row.data) for row in found] == [(1, 2, "plain"), (2, 3, "plain"), (3, 1, "plain")]


def test_however_many_are_found(filled: Connection) -> None:
    """A list has no end of its own: of 1,003 rows with that text, all come back."""
    for num in range(1000):
        smoke.insert(filled, num, "plain")

    assert len(smoke.find_by_data(filled, "plain")) == 1003


def test_a_text_with_a_quote_is_found(filled: Connection) -> None:
    """A quote in the text is data like any other character."""
    assert [row.num for row in smoke.find_by_data(filled, "abc'def")] == [4]


@pytest.mark.parametrize(
    "similar",
    [
        pytest.param("pl%", id="percent-sign"),
        pytest.param("plai_", id="underscore"),
        pytest.param("^p.*n$", id="regular-expression"),
        pytest.param("PLAIN", id="capitals"),
        pytest.param("plai", id="beginning"),
        pytest.param("plain ", id="space-at-the-end"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_similar_text_finds_nothing(filled: Connection, similar: str) -> None:
    """Only exactly that text counts: no pattern, no part of it, no other case."""
    assert smoke.find_by_data(filled, similar) == []


@pytest.mark.parametrize(
    "attack",
    [
        pytest.param("' OR '1'='1", id="quote"),
        pytest.param("\\' OR true --", id="backslash-and-quote"),
        pytest.param("$$ OR true OR data = $$", id="dollars"),
    ],
)
def test_an_injection_finds_nothing(filled: Connection, attack: str) -> None:
    """Text that looks like SQL matches no row."""
    assert smoke.find_by_data(filled, attack) == []


def test_an_injection_destroys_nothing(filled: Connection) -> None:
    """Text that looks like a second statement is not executed."""
    assert smoke.find_by_data(filled, "'; DELETE FROM test; --") == []
    assert len(smoke.fetch_all(filled)) == 4


def test_the_transaction_is_left_to_the_caller(filled: Connection) -> None:
    """Looking something up ends no transaction: the caller's rows are still there, and can still be rolled back."""
    smoke.find_by_data(filled, "plain")

    assert len(smoke.fetch_all(filled)) == 4
    filled.rollback()
    with pytest.raises(UndefinedTable):
        smoke.fetch_all(filled)


def test_no_other_connection_is_needed(filled: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection that it is given is enough: it opens none of its own, so it has none to close."""
    monkeypatch.delenv("DATABASE_URL")

    assert [row.num for row in smoke.find_by_data(filled, "abc'def")] == [4]
