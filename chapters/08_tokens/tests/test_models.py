"""The tables that the models describe."""

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from fastauth.models import UserInfo

ADA = {"username": "ada", "password": "secret", "fullname": "Ada Lovelace"}
LENGTHS = [("username", 50), ("password", 200), ("fullname", 100)]


def test_the_table_has_the_four_columns(session: Session) -> None:
    """The server knows the table with its columns, all of them required."""
    required = [one["name"] for one in inspect(session.connection()).get_columns("user_info") if not one["nullable"]]

    assert {"id", "username", "password", "fullname"} <= set(required)


def test_a_username_is_unique(session: Session) -> None:
    """The server refuses a second row with the same username."""
    for fullname in ("Ada Lovelace", "Ada Byron"):
        session.add(UserInfo(username="ada", password="secret", fullname=fullname))

    with pytest.raises(IntegrityError, match=r"violates (unique|exclusion) constraint"):
        session.flush()


@pytest.mark.parametrize("missing", ["username", "password", "fullname"])
def test_every_column_is_required(session: Session, missing: str) -> None:
    """A row without one of its values is refused."""
    session.add(UserInfo(**{name: value for name, value in ADA.items() if name != missing}))

    with pytest.raises(IntegrityError, match=missing):
        session.flush()


@pytest.mark.parametrize(("column", "length"), LENGTHS)
def test_a_column_holds_its_longest_value(session: Session, column: str, length: int) -> None:
    """A value as long as its column is stored."""
    session.add(UserInfo(**ADA | {column: "x" * length}))

    session.flush()


@pytest.mark.parametrize(("column", "length"), LENGTHS)
def test_a_column_refuses_a_longer_value(session: Session, column: str, length: int) -> None:
    """One character more is an error of the server, which cuts nothing off."""
    session.add(UserInfo(**ADA | {column: "x" * (length + 1)}))

    with pytest.raises(DataError, match=f"too long for type character varying\\({length}\\)"):
        session.flush()
