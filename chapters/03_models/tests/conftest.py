"""Fixtures that the whole suite shares."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from fastauth.database import Base, engine
from fastauth.main import app


@pytest.fixture
def client() -> TestClient:
    """Speaks HTTP to the app, without a server in between."""
    return TestClient(app)


@pytest.fixture
def session() -> Iterator[Session]:
    """A session in a transaction that is never committed, tables included."""
    with engine.connect() as connection:
        Base.metadata.create_all(connection)
        with Session(connection) as session:
            yield session
        connection.rollback()
