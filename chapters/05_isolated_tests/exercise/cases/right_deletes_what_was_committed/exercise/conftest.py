"""The fixtures of the exercise: real commits, and an empty table after each test."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from fastauth.database import get_db
from fastauth.main import app
from fastauth.models import UserInfo
from tests.conftest import engine as engine


@pytest.fixture
def emptied(engine: Engine) -> Iterator[Engine]:
    """The engine; after the test, and after everything that uses it is closed, the table is emptied."""
    yield engine
    with engine.begin() as connection:
        connection.execute(delete(UserInfo))


@pytest.fixture
def session(emptied: Engine) -> Iterator[Session]:
    """A session of the test's own."""
    with Session(emptied) as session:
        yield session


@pytest.fixture
def client(emptied: Engine, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Speaks HTTP to the app; every request gets a new session."""

    def get_test_db() -> Iterator[Session]:
        with Session(emptied) as session:
            yield session

    monkeypatch.setitem(app.dependency_overrides, get_db, get_test_db)
    return TestClient(app)
