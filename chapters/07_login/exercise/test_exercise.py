"""POST /login/refresh: a new access token for whoever shows their refresh token, without asking for the password again.

POST /login hands out a `refresh_token` beside the `access_token`. It is signed with the same care and lives longer,
it comes back as `Authorization: Bearer …`, and it opens nothing but this.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import jwt
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete
from sqlalchemy.orm import Session

from fastauth.models import UserInfo
from fastauth.settings import Settings

REFUSED = (401, "Bearer")


class Tokens(NamedTuple):
    """What a login hands out."""

    access: str
    refresh: str


def log_in(client: TestClient, username: str = "grace") -> Tokens:
    """Register and log in."""
    user = {"username": username, "password": "cobol", "fullname": "Grace Hopper"}
    client.post("/users/register", json=user)
    answer = client.post("/login", data={"username": username, "password": "cobol"}).json()
    assert "refresh_token" in list(answer)
    return Tokens(answer["access_token"], answer["refresh_token"])


def refresh(client: TestClient, token: str) -> tuple[int, str | None]:
    """Status and WWW-Authenticate of the answer to that token."""
    response = client.post("/login/refresh", headers={"Authorization": f"Bearer {token}"})
    return response.status_code, response.headers.get("www-authenticate")


def changed(token: str, key: str, algorithm: str = "HS256", **claims: Any) -> str:
    """The same token with other claims (None takes one away), signed anew."""
    header = {name: value for name, value in jwt.get_unverified_header(token).items() if name != "alg"}
    payload = jwt.decode(token, options={"verify_signature": False}) | claims
    return jwt.encode({name: value for name, value in payload.items() if value is not None}, key, algorithm, header)


def expired(tokens: Tokens, others: Tokens, key: str) -> str:
    past = datetime.now(UTC) - timedelta(minutes=1)
    return changed(tokens.refresh, key, iat=past - timedelta(days=99), exp=past)


def without_expiry(tokens: Tokens, others: Tokens, key: str) -> str:
    return changed(tokens.refresh, key, exp=None)


def unsigned(tokens: Tokens, others: Tokens, key: str) -> str:
    return changed(tokens.refresh, "", "none")


def with_another_key(tokens: Tokens, others: Tokens, key: str) -> str:
    return changed(tokens.refresh, "x" * 32)


def tampered(tokens: Tokens, others: Tokens, key: str) -> str:
    """One's own signature under the claims of somebody else."""
    return others.refresh.rpartition(".")[0] + "." + tokens.refresh.rpartition(".")[2]


def an_access_token(tokens: Tokens, others: Tokens, key: str) -> str:
    return tokens.access


def no_token(tokens: Tokens, others: Tokens, key: str) -> str:
    return "grace"


BAD = [expired, without_expiry, unsigned, with_another_key, tampered, an_access_token, no_token]


def test_a_refresh_token_is_exchanged_for_an_access_token(client: TestClient) -> None:
    """The new access token opens the account of the same user."""
    log_in(client, "ada")
    answer = client.post("/login/refresh", headers={"Authorization": f"Bearer {log_in(client).refresh}"})

    assert answer.status_code == 200
    me = client.get("/users/me", headers={"Authorization": f"Bearer {answer.json()['access_token']}"})
    assert me.json() == {"username": "grace", "fullname": "Grace Hopper"}


def test_a_refresh_token_lives_longer_than_an_access_token(client: TestClient) -> None:
    """A refresh token expires too, only later."""
    access, refresh = (jwt.decode(token, options={"verify_signature": False}) for token in log_in(client))

    assert refresh["exp"] > access["exp"]


def test_a_refresh_token_opens_nothing_else(client: TestClient) -> None:
    """GET /users/me does not take a refresh token for an access token."""
    token = log_in(client).refresh

    assert client.get("/users/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


@pytest.mark.parametrize("forge", [pytest.param(forge, id=forge.__name__.replace("_", "-")) for forge in BAD])
def test_a_bad_refresh_token_is_refused(
    client: TestClient, settings: Settings, forge: Callable[[Tokens, Tokens, str], str]
) -> None:
    """A token that is not a good refresh token is answered with 401, as at every other door."""
    token = forge(log_in(client), log_in(client, "ada"), settings.secret_key.get_secret_value())

    assert refresh(client, token) == REFUSED


def test_without_a_token_nothing_is_refreshed(client: TestClient) -> None:
    """Whoever shows no token gets 401, and is told how to authenticate."""
    response = client.post("/login/refresh")

    assert (response.status_code, response.headers.get("www-authenticate")) == REFUSED


def test_the_refresh_token_of_a_deleted_user_is_refused(client: TestClient, session: Session) -> None:
    """Whoever was deleted gets no new token, however good the signature."""
    token = log_in(client).refresh
    session.execute(delete(UserInfo))
    session.commit()

    assert refresh(client, token) == REFUSED


def test_an_old_refresh_token_is_not_for_the_next_user_of_that_name(client: TestClient, session: Session) -> None:
    """Somebody else may register the name of a deleted user, and is not reached with the token from before."""
    token = log_in(client).refresh
    session.execute(delete(UserInfo))
    session.commit()
    log_in(client)

    assert refresh(client, token) == REFUSED
