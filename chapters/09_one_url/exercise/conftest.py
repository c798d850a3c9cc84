"""A database that a service has written, and a second engine on it, for reports."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from blog import database
from blog.main import app
from blog.models import Post, User
from tests.conftest import KINDS, new_database


@contextmanager
def two_authors(kind: str, folder: Path) -> Iterator[Engine]:
    """The service's engine on a new database: two users, of whom one has two posts. No test changes that."""
    with new_database(kind, folder) as engine:
        with Session(engine) as session:
            users = [User(username=name, email=f"{name}@example.org", password="a hash") for name in ("vera", "ada")]
            session.add_all(users)
            session.flush()
            session.add_all(Post(title=title, content="…", owner_id=users[0].id) for title in ("One", "Two"))
            session.commit()
        yield engine


@pytest.fixture(scope="session")
def on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Two authors on PostgreSQL."""
    with two_authors("postgresql", tmp_path_factory.getbasetemp()) as engine:
        yield engine


@pytest.fixture(scope="session")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Two authors on SQLite."""
    with two_authors("sqlite", tmp_path_factory.mktemp("reports")) as engine:
        yield engine


@pytest.fixture(params=KINDS)
def written(request: pytest.FixtureRequest) -> Engine:
    """The service's engine on one database, then on the other."""
    engine: Engine = request.getfixturevalue(f"on_{request.param}")
    return engine


@pytest.fixture
def reporting(written: Engine) -> Iterator[Callable[[], Engine]]:
    """Returns the engine for reports on the same database, which it makes when it is first asked."""
    made: list[Engine] = []

    def engine() -> Engine:
        if not made:
            made.append(database.make_engine(written.url, read_only=True))
        return made[0]

    yield engine
    for one in made:
        one.dispose()


@contextmanager
def reports_only(engine: Engine) -> Iterator[TestClient]:
    """Speaks HTTP to the app, whose own database is out of order: reports have theirs."""

    def get_no_db() -> Iterator[Session]:
        raise ConnectionRefusedError("The service's own database is out of order.")

    def get_test_db() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    app.dependency_overrides |= {database.get_db: get_no_db, database.get_reporting_db: get_test_db}
    try:
        yield TestClient(app)
    finally:
        app.dependency_overrides.clear()


@contextmanager
def refused() -> Iterator[None]:
    """Expect the database itself to refuse a write: PostgreSQL with 25006, SQLite with SQLITE_READONLY."""
    with pytest.raises(DBAPIError) as failure:
        yield
    code = getattr(failure.value.orig, "pgcode", None) or getattr(failure.value.orig, "sqlite_errorname", None)
    assert code in ("25006", "SQLITE_READONLY")
