"""POST /login/refresh: a refresh token is exchanged for new tokens, without asking for the password again.

POST /login hands it out beside the access token, and it comes back as `Authorization: Bearer …`. It is good for 14 days
and for one use, and it opens nothing else. These tests speak HTTP and read the tables; how you build it is up to you.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any, NamedTuple

import httpx2
import jwt
import pytest
import time_machine
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine, MetaData, delete, event, select
from sqlalchemy.orm import Session

from fastauth.models import UserInfo
from fastauth.settings import Settings
from tests.conftest import read_time_zone

NOON = datetime(2040, 5, 17, 12, tzinfo=UTC)
PASSWORD = "correct horse"
REFUSED = (401, "Bearer")
WRITES = ("INSERT", "UPDATE", "DELETE")


class Tokens(NamedTuple):
    """What a login and a refresh hand out."""

    access: str
    refresh: str


def handed_out(answer: Any) -> Tokens:
    """The two tokens of an answer."""
    assert answer.status_code == 200
    assert "refresh_token" in list(answer.json())
    return Tokens(answer.json()["access_token"], answer.json()["refresh_token"])


def log_in(client: Any, username: str = "grace") -> Tokens:
    """Register and log in."""
    user = {"username": username, "password": PASSWORD, "fullname": "Grace Hopper"}
    client.post("/users/register", json=user)
    return handed_out(client.post("/login", data=user))


def refresh(client: Any, token: str) -> Any:
    """The answer to that refresh token."""
    return client.post("/login/refresh", headers={"Authorization": f"Bearer {token}"})


def refused(answer: Any) -> tuple[int, str | None]:
    """Status and WWW-Authenticate of an answer."""
    return answer.status_code, answer.headers.get("www-authenticate")


def opens(client: TestClient, token: str) -> bool:
    """Whether that token opens /users/me."""
    return client.get("/users/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_a_refresh_token_is_exchanged_for_new_tokens(client: TestClient) -> None:
    """The new access token opens the account of the same user."""
    log_in(client, "ada")

    new = handed_out(refresh(client, log_in(client).refresh))

    me = client.get("/users/me", headers={"Authorization": f"Bearer {new.access}"})
    assert me.json()["username"] == "grace"


def test_a_refresh_token_is_good_for_one_use(client: TestClient) -> None:
    """The second use is refused, and the new refresh token is good for the next one."""
    old = log_in(client).refresh
    new = handed_out(refresh(client, old)).refresh

    assert refused(refresh(client, old)) == REFUSED
    assert refresh(client, new).status_code == 200


def test_the_refresh_tokens_of_two_logins_are_independent(client: TestClient) -> None:
    """Grace's phone and her laptop each have a refresh token; the use of one leaves the other alone."""
    phone, laptop = log_in(client).refresh, log_in(client).refresh

    assert [refresh(client, token).status_code for token in (phone, laptop)] == [200, 200]


@pytest.fixture
def writes_meet(race_engine: Engine) -> Iterator[Callable[[], None]]:
    """After it was called, holds what changes a row for a second, or until somebody else wants to change one too."""
    barrier = Barrier(2, timeout=1)

    def meet(connection: Connection, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(WRITES):
            with suppress(BrokenBarrierError):
                barrier.wait()

    yield lambda: event.listen(race_engine, "before_cursor_execute", meet)
    if event.contains(race_engine, "before_cursor_execute", meet):
        event.remove(race_engine, "before_cursor_execute", meet)


def test_of_two_uses_at_the_same_moment_one_is_refused(server: httpx2.Client, writes_meet: Callable[[], None]) -> None:
    """A thief and the owner use one refresh token at once: one 200, one 401, never two and never a server error."""
    token = log_in(server).refresh
    writes_meet()

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda _: refresh(server, token).status_code, range(2)))

    assert sorted(answers) == [200, 401]


@pytest.mark.usefixtures("local_time")
@pytest.mark.parametrize(
    ("age", "status"),
    [
        pytest.param(timedelta(days=13, hours=23), 200, id="an-hour-before"),
        pytest.param(timedelta(days=14, minutes=1), 401, id="a-minute-after"),
    ],
)
def test_a_refresh_token_is_good_for_14_days(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, age: timedelta, status: int
) -> None:
    """An hour before they are over it is exchanged, a minute after it's refused, by a machine at UTC as well."""
    with time_machine.travel(NOON.timestamp(), tick=False) as clock:
        token = log_in(client).refresh
        monkeypatch.setenv("TZ", "UTC0")
        read_time_zone()
        clock.shift(age)
        assert refresh(client, token).status_code == status


@pytest.mark.parametrize(("minutes", "opened"), [(0, True), (29, True), (31, False)])
def test_the_new_access_token_lives_as_long_as_any(client: TestClient, minutes: int, opened: bool) -> None:
    """A refresh doesn't change how long an access token is good: 30 minutes from now on."""
    with time_machine.travel(NOON.timestamp(), tick=False) as clock:
        token = log_in(client).refresh
        clock.shift(timedelta(days=3))
        access = handed_out(refresh(client, token)).access
        clock.shift(timedelta(minutes=minutes))
        assert opens(client, access) is opened


@pytest.mark.parametrize("age", [timedelta(0), timedelta(days=13, hours=23, minutes=45)], ids=["new", "near-its-end"])
def test_a_refresh_token_opens_nothing_else(client: TestClient, age: timedelta) -> None:
    """GET /users/me never takes a refresh token for an access token, however long it still lives."""
    with time_machine.travel(NOON.timestamp(), tick=False) as clock:
        token = log_in(client).refresh
        clock.shift(age)
        assert not opens(client, token)


def test_an_access_token_refreshes_nothing(client: TestClient) -> None:
    """POST /login/refresh doesn't take an access token for a refresh token."""
    assert refused(refresh(client, log_in(client).access)) == REFUSED


def changed(token: str, key: str, algorithm: str = "HS256", **claims: Any) -> str:
    """A JWT with other claims (None takes one away), signed with that key; of any other token a changed character."""
    try:
        header = {name: value for name, value in jwt.get_unverified_header(token).items() if name != "alg"}
    except jwt.InvalidTokenError:
        return token[:-1] + ("a" if token[-1] != "a" else "b")
    payload = jwt.decode(token, options={"verify_signature": False}) | claims
    return jwt.encode({name: value for name, value in payload.items() if value is not None}, key, algorithm, header)


FORGERIES: dict[str, Callable[[str, str], str]] = {
    "with-another-key": lambda token, key: changed(token, "x" * 32),
    "unsigned": lambda token, key: changed(token, "", "none"),
    "without-expiry": lambda token, key: changed(token, key, exp=None),
    "for-another-audience": lambda token, key: changed(token, key, aud="newsletter"),
    "for-no-audience": lambda token, key: changed(token, key, aud=None),
    "for-nobody": lambda token, key: changed(token, key, sub="grace"),
    "cut-short": lambda token, key: token[:-4],
    "no-token": lambda token, key: "grace",
    "empty": lambda token, key: "",
}


@pytest.mark.parametrize("forge", [pytest.param(forge, id=name) for name, forge in FORGERIES.items()])
def test_a_bad_refresh_token_is_refused(
    client: TestClient, settings: Settings, forge: Callable[[str, str], str]
) -> None:
    """A token that isn't a good refresh token is answered with 401, as at every other door."""
    token = forge(log_in(client).refresh, settings.secret_key.get_secret_value())

    assert refused(refresh(client, token)) == REFUSED


def test_without_a_token_nothing_is_refreshed(client: TestClient) -> None:
    """A request without a token gets 401, and is told how to authenticate."""
    assert refused(client.post("/login/refresh")) == REFUSED


def test_the_refresh_token_of_a_deleted_user_is_refused(client: TestClient, session: Session) -> None:
    """A user with refresh tokens can be deleted, and gets no new token afterwards."""
    token = log_in(client).refresh
    session.execute(delete(UserInfo))
    session.commit()

    assert refused(refresh(client, token)) == REFUSED


def test_an_old_refresh_token_is_not_for_the_next_user_of_that_name(client: TestClient, session: Session) -> None:
    """Somebody else may register the name of a deleted user, and the old token doesn't reach their account."""
    token = log_in(client).refresh
    session.execute(delete(UserInfo))
    session.commit()
    log_in(client)

    assert refused(refresh(client, token)) == REFUSED


def readable(text: str) -> list[str]:
    """The text, and all that is in it as base64, which everybody can decode."""
    found = [text]
    for one in found:  # it grows: what was decoded may hold more
        for part in re.findall(r"[\w-]{8,}", one.replace("+", "-").replace("/", "_"), re.ASCII):
            whole = part[:-1] if len(part) % 4 == 1 else part
            found.append(urlsafe_b64decode(f"{whole}==").decode(errors="ignore"))
    return found


def test_no_token_says_what_is_secret(client: TestClient, session: Session) -> None:
    """Neither the password nor its hash is in a token, which everybody can read."""
    tokens = log_in(client)
    stored = session.scalars(select(UserInfo.password)).one()

    for token in (tokens, handed_out(refresh(client, tokens.refresh))):
        for text in [*readable(token.access), *readable(token.refresh)]:
            assert PASSWORD not in text
            assert stored not in text


def test_no_table_holds_a_token(client: TestClient, session: Session) -> None:
    """A backup of the tables isn't a bunch of keys: no row has a refresh token in it as it was handed out."""
    token = log_in(client).refresh

    metadata = MetaData()
    metadata.reflect(session.connection())
    rows = [str(row) for table in metadata.sorted_tables for row in session.execute(table.select())]
    assert not any(token in text for row in rows for text in readable(row))
