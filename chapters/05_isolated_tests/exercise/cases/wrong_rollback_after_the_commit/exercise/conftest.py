"""The fixtures of the exercise. They leak: find the leaks and close them. `engine` is the suite's, handed on."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from fastauth.database import get_db
from fastauth.main import app
from tests.conftest import engine as engine


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session that is rolled back after the test."""
    with Session(engine) as session:
        yield session
        session.rollback()


@pytest.fixture
def client(engine: Engine) -> Iterator[TestClient]:
    """Speaks HTTP to the app; every request gets a new session that is rolled back after it."""

    def get_test_db() -> Iterator[Session]:
        with Session(engine) as session:
            yield session
            session.rollback()

    app.dependency_overrides[get_db] = get_test_db
    yield TestClient(app)
    del app.dependency_overrides[get_db]
