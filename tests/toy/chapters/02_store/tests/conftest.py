"""Fixtures that the whole suite shares."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from shelf.database import Base, engine, get_session
from shelf.main import app


@pytest.fixture
def session() -> Iterator[Session]:
    """A session whose table and rows are gone after the test, whatever the app commits."""
    with engine.connect() as connection, connection.begin() as transaction:
        Base.metadata.create_all(connection)
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


@pytest.fixture
def client(session: Session) -> Iterator[TestClient]:
    """Speaks HTTP to the app, which uses this test's session."""
    app.dependency_overrides[get_session] = lambda: session
    yield TestClient(app)
    app.dependency_overrides.clear()
