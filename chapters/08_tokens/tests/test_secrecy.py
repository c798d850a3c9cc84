"""A password is nowhere in the clear: not in the table, the answers, the log, a traceback or a repr."""

import logging
import traceback

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fastauth import crud
from fastauth.models import UserInfo
from fastauth.schemas import Credentials, UserCreate

PASSWORD = "correct-horse-battery-staple"
GRACE = {"username": "grace", "password": PASSWORD, "fullname": "Grace Hopper"}


@pytest.fixture
def full_log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """A log of everything. Ask for it before the client: a connection decides when it is made whether to log."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="sqlalchemy.engine")
    return caplog


def test_the_table_does_not_hold_it(client: TestClient, session: Session) -> None:
    """What a backup or a careless SELECT shows is a hash."""
    client.post("/users/register", json=GRACE)

    row = session.execute(text("SELECT * FROM user_info")).one()
    assert PASSWORD not in str(row)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(GRACE, id="registered"),
        pytest.param({"password": PASSWORD}, id="fields-missing"),
        pytest.param(GRACE | {"username": "grace hopper"}, id="name-refused"),
        pytest.param(GRACE | {"password": PASSWORD * 10}, id="password-refused"),
        pytest.param([PASSWORD], id="not-an-object"),
    ],
)
def test_no_answer_to_a_registration_repeats_it(client: TestClient, body: object) -> None:
    """Also an answer that says what is wrong with a request does not repeat the request."""
    assert PASSWORD not in client.post("/users/register", json=body).text


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"username": "grace", "password": PASSWORD}, id="logged-in"),
        pytest.param({"username": "ada", "password": PASSWORD}, id="refused"),
        pytest.param({"password": PASSWORD}, id="field-missing"),
        pytest.param({"username": "grace", "password": PASSWORD * 10}, id="password-refused"),
    ],
)
def test_no_answer_to_a_login_repeats_it(client: TestClient, body: dict[str, str]) -> None:
    """Neither a token nor an error has the password in it."""
    client.post("/users/register", json=GRACE)

    assert PASSWORD not in client.post("/login", data=body).text


def test_a_number_that_json_lacks_is_refused(client: TestClient) -> None:
    """NaN in the place of a password is 422: an answer that repeated it would be a server error."""
    assert client.post("/users/register", content=b'{"username": "grace", "password": NaN}').status_code == 422


def test_no_answer_holds_the_hash(client: TestClient, session: Session) -> None:
    """What the table holds instead of the password stays there as well."""
    answers = [client.post("/users/register", json=GRACE), client.post("/login", data=GRACE)]

    stored = session.scalars(select(UserInfo.password)).one()
    assert not any(stored in answer.text for answer in answers)


def test_the_log_does_not_tell_it(full_log: pytest.LogCaptureFixture, client: TestClient) -> None:
    """Even with every statement and its values logged, registering and logging in write down a hash only."""
    client.post("/users/register", json=GRACE)
    for username in ("grace", "ada"):
        client.post("/login", data={"username": username, "password": PASSWORD})

    assert "INSERT INTO user_info" in full_log.text
    assert PASSWORD not in full_log.text


def test_a_traceback_does_not_tell_it(client: TestClient, session: Session) -> None:
    """A registration that crashes in the database leaves a traceback without it."""
    next_id = crud.create_user(session, UserCreate.model_validate(GRACE), "hash").id + 1
    session.add(UserInfo(id=next_id, username="ada", password="hash", fullname="Ada Lovelace"))
    session.commit()

    with pytest.raises(IntegrityError, match="user_info_pkey") as failure:
        client.post("/users/register", json=GRACE | {"username": "alan"})

    assert PASSWORD not in "".join(traceback.format_exception(failure.value))


@pytest.mark.parametrize("schema", [Credentials, UserCreate])
def test_a_repr_does_not_show_it(schema: type[Credentials]) -> None:
    """Printing what came in, or all its fields, keeps the password back."""
    received = schema.model_validate(GRACE)

    assert PASSWORD not in f"{received!r} {received} {received.model_dump()} {received.model_dump_json()}"
