"""Every test starts with an empty table and the app as it is, whatever ran before it."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fastauth import crud
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
    """Each request has a session of its own, so what the test added and did not store is not seen."""
    session.add(UserInfo(username="ghost", password="secret", fullname="Nobody"))

    assert client.post("/users/register", json=GRACE | {"username": "ghost"}).status_code == 201


def test_a_row_committed_before_an_error_stays(session: Session) -> None:
    """Inside one test a commit counts: an error after it takes back only what came later."""
    user = UserCreate.model_validate(GRACE)
    crud.create_user(session, user)
    session.commit()

    with pytest.raises(IntegrityError):
        crud.create_user(session, user)
    session.rollback()

    assert crud.get_user_by_username(session, "grace") is not None
