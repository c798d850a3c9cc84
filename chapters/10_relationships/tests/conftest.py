"""The suite runs on both databases. Each has all tables, and around each test a transaction that is rolled back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from blog.database import Base, get_db, make_engine
from blog.main import app
from blog.models import User
from blog.passwords import get_password_hash

KINDS = ["postgresql", "sqlite"]


@contextmanager
def new_database(kind: str, folder: Path) -> Iterator[Engine]:
    """An engine on a new database of that kind with all tables: a file in the folder, or dropped at the end."""
    url = make_url(os.environ["DATABASE_URL"])
    name = f"{url.database}_test_{uuid4().hex[:8]}"
    server = create_engine(url, isolation_level="AUTOCOMMIT") if kind == "postgresql" else None
    if server:
        with server.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine = make_engine(url.set(database=name) if server else f"sqlite:///{folder / name}.db")
    try:
        Base.metadata.create_all(engine)
        yield engine
    finally:
        engine.dispose()
        if server:
            with server.connect() as connection:
                connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
            server.dispose()


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on the PostgreSQL database of this run."""
    with new_database("postgresql", tmp_path_factory.getbasetemp()) as engine:
        yield engine


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on the SQLite database of this run."""
    with new_database("sqlite", tmp_path_factory.mktemp("sqlite")) as engine:
        yield engine


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest) -> Engine:
    """An engine on one database, then on the other: whatever uses it runs twice."""
    engine: Engine = request.getfixturevalue(request.param)
    return engine


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection inside a transaction that is rolled back after the test."""
    with engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """A session whose commits and rollbacks end a savepoint, not the transaction around it."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        yield session


@pytest.fixture
def client(connection: Connection) -> Iterator[TestClient]:
    """Speaks HTTP to the app; every request gets a new session on the test's connection, and hashes are cheap."""

    def get_test_db() -> Iterator[Session]:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session

    cheap = PasswordHash([Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)])
    app.dependency_overrides |= {get_db: get_test_db, get_password_hash: lambda: cheap}
    yield TestClient(app)
    app.dependency_overrides.clear()


@pytest.fixture
def margaret(session: Session) -> User:
    """A user who is stored already."""
    user = User(username="margaret", email="margaret@example.org", password="a hash")
    session.add(user)
    session.commit()
    return user
