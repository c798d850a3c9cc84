"""Every test starts with an empty table and the app as it is, whatever ran before it."""

from contextlib import suppress

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fastauth import crud, database
from fastauth.main import app
from fastauth.models import UserInfo
from fastauth.schemas import UserCreate

GRACE = {"username": "grace", "password": "cobol", "fullname": "Grace Hopper"}


@pytest.mark.parametrize("time", ["first", "second", "third"])
def test_a_user_can_register_in_every_test(client: TestClient, time: str) -> None:
    """The same registration succeeds each time, because nobody else is there."""
    assert client.post("/users/register", json=GRACE).status_code == 201


def test_the_table_starts_empty(session: Session) -> None:
    """No test finds a row that it did not make."""
    assert session.scalar(select(func.count()).select_from(UserInfo)) == 0


def test_the_app_is_left_as_it_was() -> None:
    """A test without the client finds no dependency overridden."""
    assert not app.dependency_overrides


def test_a_request_sees_what_is_stored_not_what_is_remembered(client: TestClient, session: Session) -> None:
    """Each request has a session of its own: what the test added and did not store is not seen, and not lost."""
    ghost = UserInfo(username="ghost", password="secret", fullname="Nobody")
    session.add(ghost)

    assert client.post("/users/register", json=GRACE | {"username": "ghost"}).status_code == 201
    assert ghost in list(session.new)


def test_a_row_committed_before_an_error_stays(session: Session) -> None:
    """Inside one test a commit counts: an error after it takes back only what came later."""
    user = UserCreate.model_validate(GRACE)
    crud.create_user(session, user)
    session.commit()

    with pytest.raises(IntegrityError):
        crud.create_user(session, user)
    session.rollback()

    assert crud.get_user_by_username(session, "grace") is not None


def test_a_request_sees_what_the_test_stored(client: TestClient, session: Session) -> None:
    """What a test commits is there for the requests after it."""
    crud.create_user(session, UserCreate.model_validate(GRACE))
    session.commit()

    assert client.post("/users/register", json=GRACE).status_code == 409


def test_the_test_sees_what_a_request_stored(client: TestClient, session: Session) -> None:
    """What a request commits is there for the test that sent it."""
    client.post("/users/register", json=GRACE)

    assert crud.get_user_by_username(session, "grace") is not None


def test_a_request_leaves_nothing_to_the_next(
    client: TestClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each request has a session of its own: what one did before it failed is not stored by the next."""
    with monkeypatch.context() as patch, suppress(RuntimeError):
        patch.setattr(Session, "commit", interrupted)
        client.post("/users/register", json=GRACE | {"username": "ghost"})

    assert client.post("/users/register", json=GRACE).status_code == 201
    assert crud.get_user_by_username(session, "ghost") is None


def interrupted(_: Session) -> None:
    raise RuntimeError("The commit did not come through.")


def test_the_database_is_one_like_the_app_has(session: Session) -> None:
    """The tests run on PostgreSQL, as the app does."""
    assert session.connection().dialect.name == database.engine.dialect.name


def test_the_database_is_not_the_one_that_the_app_has(session: Session) -> None:
    """The tests run on a database of their own: in the app's own there may be somebody's work."""
    assert session.connection().engine.url.database != database.engine.url.database
