"""Nothing in the clear: the tests that find the leaks."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session

PASSWORD = "correct horse"
GRACE = {"username": "grace", "password": PASSWORD, "fullname": "Grace Hopper"}


def test_a_password_opens_its_own_account_only(client: TestClient) -> None:
    """Nobody logs in with another password, and a refused login doesn't tell who is registered."""
    client.post("/users/register", json=GRACE)

    welcome = client.post("/login", json=GRACE)
    wrong = [client.post("/login", json=GRACE | {"password": other}) for other in ("battery", "correct house")]
    unknown = client.post("/login", json=GRACE | {"username": "ada"})

    assert welcome.status_code == 200
    assert {(answer.status_code, answer.text) for answer in [*wrong, unknown]} == {(401, unknown.text)}


def test_a_password_shows_up_nowhere(client: TestClient, session: Session, caplog: pytest.LogCaptureFixture) -> None:
    """No row, no answer and no log repeats a password."""
    answers = [
        client.post("/users/register", json=GRACE),
        client.post("/users/register", json=GRACE | {"username": "grace hopper"}),
        client.post("/users/register", json=GRACE | {"password": PASSWORD * 20}),
        client.post("/users/register", json={"password": PASSWORD}),
        client.post("/login", json=GRACE),
        client.post("/login", json=GRACE | {"username": "ada"}),
    ]

    row = session.execute(text("SELECT * FROM user_info")).one()
    assert [answer.status_code for answer in answers] == [201, 422, 422, 422, 200, 401]
    for place in [str(row), caplog.text, *(answer.text for answer in answers)]:
        assert PASSWORD not in place
        assert row.password not in place.replace(str(row), "")
