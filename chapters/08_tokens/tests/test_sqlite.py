"""The same models on SQLite: what carries over, and what does not."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from fastauth import crud
from fastauth.database import Base
from fastauth.models import UserInfo
from fastauth.schemas import UserCreate

ADA = UserCreate.model_validate({"username": "ada", "password": "secret", "fullname": "Ada Lovelace"})


@pytest.fixture
def sqlite() -> Iterator[Session]:
    """A session on an SQLite database in memory."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_sqlite_stores_and_finds_a_user(sqlite: Session) -> None:
    """The crud functions work unchanged."""
    crud.create_user(sqlite, ADA, "hash")
    sqlite.expire_all()

    found = crud.get_user_by_username(sqlite, "ada")

    assert found is not None
    assert found.fullname == "Ada Lovelace"


def test_sqlite_keeps_usernames_unique(sqlite: Session) -> None:
    """SQLite too refuses a second user of the same name."""
    crud.create_user(sqlite, ADA, "hash")

    with pytest.raises(IntegrityError):
        crud.create_user(sqlite, ADA, "hash")


def test_sqlite_ignores_the_length_of_a_column(sqlite: Session) -> None:
    """SQLite takes a username of 51 characters into a column of 50."""
    sqlite.add(UserInfo(username="a" * 51, password="secret", fullname="Ada"))

    sqlite.flush()


def test_postgresql_keeps_to_the_length_of_a_column(session: Session) -> None:
    """PostgreSQL refuses it."""
    session.add(UserInfo(username="a" * 51, password="secret", fullname="Ada"))

    with pytest.raises(DataError, match="value too long"):
        session.flush()
