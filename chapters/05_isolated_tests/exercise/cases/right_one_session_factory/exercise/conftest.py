"""The fixtures of the exercise, without leaks."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from fastauth.database import get_db
from fastauth.main import app
from tests.conftest import engine as engine


@pytest.fixture
def factory(engine: Engine) -> Iterator[sessionmaker[Session]]:
    """Makes sessions on one connection; what they commit is a savepoint in a transaction that is rolled back."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield sessionmaker(connection, join_transaction_mode="create_savepoint")
        transaction.rollback()


@pytest.fixture
def session(factory: sessionmaker[Session]) -> Iterator[Session]:
    """A session of the test's own."""
    with factory() as session:
        yield session


@pytest.fixture
def client(factory: sessionmaker[Session]) -> Iterator[TestClient]:
    """Speaks HTTP to the app; every request gets a new session."""

    def get_test_db() -> Iterator[Session]:
        with factory() as session:
            yield session

    app.dependency_overrides[get_db] = get_test_db
    try:
        yield TestClient(app)
    finally:
        app.dependency_overrides.clear()
