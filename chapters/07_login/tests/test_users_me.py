"""GET /users/me: a good token opens it, nothing else does."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from fastauth import tokens
from fastauth.models import UserInfo
from fastauth.settings import Settings

GRACE = {"username": "grace", "password": "hash", "fullname": "Grace Hopper"}

OPENED = (200, None, {"username": "grace", "fullname": "Grace Hopper"})
REFUSED = (401, "Bearer", {"detail": "Not authenticated"})

Forge = Callable[[int, Settings], str]


@pytest.fixture
def grace(session: Session) -> UserInfo:
    """Grace, registered."""
    row = UserInfo(**GRACE)
    session.add(row)
    session.commit()
    return row


def signed(settings: Settings, algorithm: str = "HS256", **claims: Any) -> str:
    """A token with those claims, signed with the service's own key."""
    return jwt.encode(claims, settings.secret_key.get_secret_value(), algorithm)


def later() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=5)


def expired(user_id: int, settings: Settings) -> str:
    return tokens.issue(user_id, settings, datetime.now(UTC) - timedelta(hours=1))


def without_expiry(user_id: int, settings: Settings) -> str:
    return signed(settings, sub=str(user_id), aud="fastauth")


def for_another_audience(user_id: int, settings: Settings) -> str:
    return signed(settings, sub=str(user_id), aud="newsletter", exp=later())


def for_no_audience(user_id: int, settings: Settings) -> str:
    return signed(settings, sub=str(user_id), exp=later())


def for_nobody(user_id: int, settings: Settings) -> str:
    return signed(settings, sub="grace", aud="fastauth", exp=later())


def in_another_algorithm(user_id: int, settings: Settings) -> str:
    return signed(settings, "HS384", sub=str(user_id), aud="fastauth", exp=later())


def with_another_key(user_id: int, settings: Settings) -> str:
    return tokens.issue(user_id, settings.model_copy(update={"secret_key": type(settings.secret_key)("x" * 32)}))


def unsigned(user_id: int, settings: Settings) -> str:
    return jwt.encode({"sub": str(user_id), "aud": "fastauth", "exp": later()}, "", "none")


def tampered(user_id: int, settings: Settings) -> str:
    """A token of somebody else, in which only the id was changed."""
    header, payload, signature = tokens.issue(user_id + 1, settings).split(".")
    claims = jwt.utils.base64url_decode(payload).replace(str(user_id + 1).encode(), str(user_id).encode())
    return ".".join([header, urlsafe_b64encode(claims).rstrip(b"=").decode(), signature])


def no_token(user_id: int, settings: Settings) -> str:
    return "grace"


def empty(user_id: int, settings: Settings) -> str:
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


def ask(client: TestClient, token: str | None) -> tuple[int, str | None, object]:
    """Status, WWW-Authenticate and body of GET /users/me with that token."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    response = client.get("/users/me", headers=headers)
    return response.status_code, response.headers.get("www-authenticate"), response.json()


def test_a_good_token_opens(client: TestClient, grace: UserInfo, settings: Settings) -> None:
    """A token that the service issued is answered with its user."""
    assert ask(client, tokens.issue(grace.id, settings)) == OPENED


@pytest.mark.parametrize("forge", [pytest.param(forge, id=forge.__name__.replace("_", "-")) for forge in BAD])
def test_a_bad_token_is_refused(client: TestClient, grace: UserInfo, settings: Settings, forge: Forge) -> None:
    """The answer is 401, says how to authenticate, and not what is wrong with the token."""
    assert ask(client, forge(grace.id, settings)) == REFUSED


def test_without_a_token_nothing_opens(client: TestClient) -> None:
    """The answer to nobody is the same 401."""
    assert ask(client, None) == REFUSED


def test_the_token_of_a_deleted_user_is_refused(
    client: TestClient, grace: UserInfo, session: Session, settings: Settings
) -> None:
    """Whoever was deleted is refused, however good the signature."""
    token = tokens.issue(grace.id, settings)
    session.delete(grace)
    session.commit()

    assert ask(client, token) == REFUSED


def test_an_old_token_does_not_open_the_account_of_the_next_user_of_that_name(
    client: TestClient, grace: UserInfo, session: Session, settings: Settings
) -> None:
    """A name can be registered again; the token of whoever had it before stays with them."""
    token = tokens.issue(grace.id, settings)
    session.delete(grace)
    session.commit()
    session.add(UserInfo(**GRACE))
    session.commit()

    assert ask(client, token) == REFUSED


def test_the_refusal_is_documented(client: TestClient) -> None:
    """The OpenAPI description knows both answers."""
    assert sorted(client.get("/openapi.json").json()["paths"]["/users/me"]["get"]["responses"]) == ["200", "401"]
