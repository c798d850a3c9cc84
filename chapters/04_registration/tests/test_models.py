"""The tables that the models describe."""

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fastauth.models import UserInfo


def test_the_table_has_the_four_columns(session: Session) -> None:
    """The server knows the table with its columns, all of them required."""
    columns = inspect(session.connection()).get_columns("user_info")

    assert [column["name"] for column in columns] == ["id", "username", "password", "fullname"]
    assert not any(column["nullable"] for column in columns)


def test_a_username_is_unique(session: Session) -> None:
    """The server refuses a second row with the same username."""
    for fullname in ("Ada Lovelace", "Ada Byron"):
        session.add(UserInfo(username="ada", password="secret", fullname=fullname))

    with pytest.raises(IntegrityError, match="user_info_username_key"):
        session.flush()


@pytest.mark.parametrize("missing", ["username", "password", "fullname"])
def test_every_column_is_required(session: Session, missing: str) -> None:
    """A row without one of its values is refused."""
    values = {"username": "ada", "password": "secret", "fullname": "Ada Lovelace"}
    session.add(UserInfo(**{name: value for name, value in values.items() if name != missing}))

    with pytest.raises(IntegrityError, match=missing):
        session.flush()
