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
def client(session: Session) -> TestClient:
    """Speaks HTTP to the app, whose requests use the test's session."""
    app.dependency_overrides[get_db] = lambda: session
    return TestClient(app)
