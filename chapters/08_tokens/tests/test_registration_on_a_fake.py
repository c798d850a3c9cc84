"""The same requirements without a database: fast, and blind to what only the database knows."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from fastauth.crud import UsernameTakenError
from fastauth.database import get_db
from fastauth.main import app
from fastauth.models import UserInfo
from fastauth.schemas import UserCreate

GRACE = {"username": "grace", "password": "cobol", "fullname": "Grace Hopper"}


class FakeSession:
    """Counts commits."""

    def __init__(self) -> None:
        self.commits = 0

    def commit(self) -> None:
        self.commits += 1


class FakeCrud:
    """Keeps users in a dictionary; has what the route uses of `fastauth.crud`."""

    UsernameTakenError = UsernameTakenError

    def __init__(self) -> None:
        self.users: dict[str, UserInfo] = {}

    def create_user(self, session: FakeSession, user: UserCreate, password_hash: str) -> UserInfo:
        if user.username in self.users:
            raise UsernameTakenError
        row = UserInfo(username=user.username, password=password_hash, fullname=user.fullname)
        return self.users.setdefault(user.username, row)


@pytest.fixture
def fake_session() -> FakeSession:
    """The session that the route is given."""
    return FakeSession()


@pytest.fixture
def fake_client(fake_session: FakeSession, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Speaks HTTP to the app, which meets no database."""
    monkeypatch.setattr("fastauth.main.crud", FakeCrud())
    app.dependency_overrides[get_db] = lambda: fake_session
    yield TestClient(app)
    del app.dependency_overrides[get_db]


def test_a_new_user_is_created_and_committed(fake_client: TestClient, fake_session: FakeSession) -> None:
    """The answer is 201, after exactly one commit."""
    assert fake_client.post("/users/register", json=GRACE).status_code == 201
    assert fake_session.commits == 1


def test_an_existing_user_is_refused_without_a_commit(fake_client: TestClient, fake_session: FakeSession) -> None:
    """The second answer is 409, and nothing more is committed."""
    fake_client.post("/users/register", json=GRACE)

    assert fake_client.post("/users/register", json=GRACE).status_code == 409
    assert fake_session.commits == 1


def test_the_longest_username_is_accepted(fake_client: TestClient) -> None:
    """A username of 50 characters passes the schema; whether it fits the table, a fake cannot know."""
    assert fake_client.post("/users/register", json=GRACE | {"username": "g" * 50}).status_code == 201
