"""A token is good for its time, wherever the service runs, and tells nothing that is secret."""

from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fastauth.models import UserInfo

NOON = datetime(2040, 5, 17, 12, tzinfo=UTC)
GRACE = {"username": "grace", "password": "correct horse", "fullname": "Grace Hopper"}


def log_in(client: TestClient) -> str:
    """The token of Grace, who registers and logs in."""
    client.post("/users/register", json=GRACE)
    token: str = client.post("/login", data=GRACE).json()["access_token"]
    return token


@pytest.mark.usefixtures("local_time")
@pytest.mark.parametrize(("minutes", "status"), [(0, 200), (29, 200), (31, 401)])
def test_a_token_is_good_for_its_minutes(client: TestClient, minutes: int, status: int) -> None:
    """After 29 of its 30 minutes it opens /users/me, after 31 it doesn't."""
    with time_machine.travel(NOON.timestamp(), tick=False) as clock:
        token = log_in(client)
        clock.shift(timedelta(minutes=minutes))
        response = client.get("/users/me", headers={"Authorization": f"Bearer {token}"})

    assert response.status_code == status


def test_a_token_holds_no_secret(client: TestClient, session: Session) -> None:
    """Everybody can read a token: neither the password nor its hash is in it."""
    payload = log_in(client).split(".")[1]

    claims = urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
    assert GRACE["password"] not in claims
    assert session.scalars(select(UserInfo.password)).one() not in claims
