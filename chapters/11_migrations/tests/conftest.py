"""The suite runs on both databases. Each has all tables, and around each test a transaction that is rolled back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.util.exc import CommandError
from fastapi.testclient import TestClient
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from blog import migrations
from blog.database import get_db, make_engine
from blog.main import app
from blog.models import User
from blog.passwords import get_password_hash

KINDS = ["postgresql", "sqlite"]

# As a service has left them before there was a status. Another program has bookmarks: they go with their post.
BOOKMARKS = "CREATE TABLE bookmarks (id INTEGER, post_id INTEGER NOT NULL REFERENCES posts (id) ON DELETE CASCADE)"
ROWS = """
INSERT INTO users (id, username, email, password) VALUES (1, 'margaret', 'm@example.org', 'a hash');
INSERT INTO posts (id, title, content, published, owner_id) VALUES (1, 'Apollo', '…', true, 1);
INSERT INTO posts (id, title, content, published, owner_id) VALUES (2, 'Skylab', '…', false, 1);
INSERT INTO bookmarks VALUES (1, 1), (2, 1), (3, 2)
"""
COUNTS = {"bookmarks": 3, "posts": 2, "users": 1}


@contextmanager
def new_database(kind: str, folder: Path, *, upgrade: bool = True) -> Iterator[Engine]:
    """An engine on a new database of that kind with all tables: a file in the folder, or dropped at the end."""
    url = make_url(os.environ["DATABASE_URL"])
    name = f"{url.database}_test_{uuid4().hex[:8]}"
    server = create_engine(url, isolation_level="AUTOCOMMIT") if kind == "postgresql" else None
    if server:
        with server.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine = make_engine(url.set(database=name) if server else f"sqlite:///{folder / name}.db")
    try:
        if upgrade:
            migrate(engine)
        yield engine
    finally:
        engine.dispose()
        if server:
            with server.connect() as connection:
                connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
            server.dispose()


def migrate(engine: Engine) -> None:
    """Take every step; where that fails, or the models ask for more, each test that needs the tables says so."""
    try:
        migrations.upgrade(engine)
        command.check(migrations.configuration(engine))
    except (CommandError, DBAPIError) as error:
        pytest.fail(f"{type(error).__name__}: {error}", pytrace=False)


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


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on a PostgreSQL database that these tests empty as often as they like."""
    with new_database("postgresql", tmp_path_factory.getbasetemp(), upgrade=False) as engine:
        yield engine


@pytest.fixture(params=KINDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on an empty database of either kind."""
    if request.param == "postgresql":
        engine: Engine = request.getfixturevalue("server")
        run(engine, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    else:
        engine = make_engine(f"sqlite:///{tmp_path / 'blog.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def written(empty: Engine) -> Engine:
    """An engine on a database of the first revision with rows in all of its tables."""
    command.upgrade(migrations.configuration(empty), "0001")
    run(empty, f"{BOOKMARKS}; {ROWS}")
    return empty


def run(engine: Engine, script: str) -> None:
    """Execute each statement of the script."""
    with engine.begin() as connection:
        for statement in script.split(";"):
            connection.execute(text(statement))


def counts(engine: Engine) -> dict[str, int | None]:
    """The number of rows of every table but Alembic's own."""
    with engine.connect() as connection:
        names = sorted(set(inspect(connection).get_table_names()) - {"alembic_version"})
        return {name: connection.scalar(text(f"SELECT count(*) FROM {name}")) for name in names}
