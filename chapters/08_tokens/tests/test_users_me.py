"""GET /users/me: a good token opens it, nothing else does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete
from sqlalchemy.orm import Session

from fastauth.models import UserInfo
from fastauth.settings import Settings

OPENED = (200, None, {"username": "grace", "fullname": "Grace"})
REFUSED = (401, "Bearer", {"detail": "Not authenticated"})


def log_in(client: TestClient, username: str = "grace") -> str:
    """The token of a user who registers and logs in."""
    user = {"username": username, "password": "cobol", "fullname": username.title()}
    client.post("/users/register", json=user)
    token: str = client.post("/login", data=user).json()["access_token"]
    return token


def ask(client: TestClient, token: str | None) -> tuple[int, str | None, object]:
    """Status, WWW-Authenticate and body of GET /users/me with that token."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    response = client.get("/users/me", headers=headers)
    return response.status_code, response.headers.get("www-authenticate"), response.json()


def changed(token: str, key: str, algorithm: str = "HS256", **claims: Any) -> str:
    """The same token with other claims (None takes one away), signed with that key."""
    payload = jwt.decode(token, options={"verify_signature": False}) | claims
    return jwt.encode({name: value for name, value in payload.items() if value is not None}, key, algorithm)


# Each makes a bad token out of a good one, with the service's own key and the token of somebody else at hand.
Forge = Callable[[str, str, str], str]


def expired(token: str, key: str, other: str) -> str:
    return changed(token, key, exp=datetime.now(UTC) - timedelta(minutes=1))


def without_expiry(token: str, key: str, other: str) -> str:
    return changed(token, key, exp=None)


def for_another_audience(token: str, key: str, other: str) -> str:
    return changed(token, key, aud="newsletter")


def for_no_audience(token: str, key: str, other: str) -> str:
    return changed(token, key, aud=None)


def for_nobody(token: str, key: str, other: str) -> str:
    return changed(token, key, sub="grace")


def in_another_algorithm(token: str, key: str, other: str) -> str:
    return changed(token, key, "HS384")


def with_another_key(token: str, key: str, other: str) -> str:
    return changed(token, "x" * 32)


def unsigned(token: str, key: str, other: str) -> str:
    return changed(token, "", "none")


def tampered(token: str, key: str, other: str) -> str:
    """The claims of somebody else over one's own signature."""
    return other.rpartition(".")[0] + "." + token.rpartition(".")[2]


def no_token(token: str, key: str, other: str) -> str:
    return "grace"


def empty(token: str, key: str, other: str) -> str:
    return ""


BAD = [
    expired,
    without_expiry,
    for_another_audience,
    for_no_audience,
    for_nobody,
    in_another_algorithm,
    with_another_key,
    unsigned,
    tampered,
    no_token,
    empty,
]


def test_a_good_token_opens(client: TestClient) -> None:
    """A token that the service issued is answered with its user, and not with another."""
    log_in(client, "ada")

    assert ask(client, log_in(client)) == OPENED


@pytest.mark.parametrize("forge", [pytest.param(forge, id=forge.__name__.replace("_", "-")) for forge in BAD])
def test_a_bad_token_is_refused(client: TestClient, settings: Settings, forge: Forge) -> None:
    """The answer is 401, says how to authenticate, and not what is wrong with the token."""
    token = forge(log_in(client), settings.secret_key.get_secret_value(), log_in(client, "ada"))

    assert ask(client, token) == REFUSED


def test_without_a_token_nothing_opens(client: TestClient) -> None:
    """The answer to a request without a token is the same 401."""
    assert ask(client, None) == REFUSED


def test_the_token_of_a_deleted_user_is_refused(client: TestClient, session: Session) -> None:
    """A deleted user is refused, however good the signature."""
    token = log_in(client)
    session.execute(delete(UserInfo))
    session.commit()

    assert ask(client, token) == REFUSED


def test_an_old_token_does_not_open_the_account_of_the_next_user_of_that_name(
    client: TestClient, session: Session
) -> None:
    """A name can be registered again; the token of its owner before doesn't come with it."""
    token = log_in(client)
    session.execute(delete(UserInfo))
    session.commit()
    log_in(client)

    assert ask(client, token) == REFUSED


def test_the_refusal_is_documented(client: TestClient) -> None:
    """The OpenAPI description knows both answers."""
    assert sorted(client.get("/openapi.json").json()["paths"]["/users/me"]["get"]["responses"]) == ["200", "401"]
