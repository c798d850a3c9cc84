"""The app's own engine, session and start; and what its engines do on either database."""

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from blog import database
from blog.main import app
from blog.models import Post, User
from blog.settings import get_settings


def test_the_service_says_which_database_it_has(client: TestClient, engine: Engine) -> None:
    """GET /ready asks the database of the request, and names its kind."""
    assert client.get("/ready").json() == {"database": engine.dialect.name}


def test_the_service_is_not_ready_without_its_database(tmp_path: Path) -> None:
    """GET /ready asks the database, and doesn't answer 200 when there is none."""
    engine = database.make_engine(f"sqlite:///{tmp_path / 'missing' / 'blog.db'}")
    app.dependency_overrides[database.get_db] = lambda: Session(engine)
    try:
        assert TestClient(app, raise_server_exceptions=False).get("/ready").status_code == 500
    finally:
        app.dependency_overrides.clear()


def test_a_request_gets_a_session_on_the_engine() -> None:
    """The dependency that the tests override yields a session of the app's engine, at the address of the settings."""
    with contextmanager(database.get_db)() as session:
        assert session.get_bind() is database.engine
    assert database.engine.url == get_settings().url


def test_the_service_makes_the_missing_tables_when_it_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the start the tables are there."""
    engine = database.make_engine(f"sqlite:///{tmp_path / 'blog.db'}")
    monkeypatch.setattr("blog.main.engine", engine)

    with TestClient(app):
        assert set(inspect(engine).get_table_names()) >= {"users", "posts"}
    engine.dispose()


def test_whoever_starts_the_service_has_imported_the_models() -> None:
    """In an interpreter that has imported nothing else, `blog.main` is enough for the metadata to know the tables."""
    asked = "import blog.main; print(*blog.database.Base.metadata.tables)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, encoding="utf-8", check=True)

    assert set(done.stdout.split()) >= {"posts", "users"}


def test_a_foreign_key_holds(session: Session) -> None:
    """A post of nobody is refused, whatever the app has checked before."""
    session.add(Post(title="Lost", content="Whose?", owner_id=1000))

    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        session.flush()


def test_foreign_keys_hold_on_every_connection(engine: Engine) -> None:
    """Not only the first connection of the pool refuses a post of nobody."""
    statement = text("INSERT INTO posts (title, content, published, owner_id) VALUES ('Lost', 'Whose?', true, 1000)")
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            with pytest.raises(IntegrityError):
                connection.execute(statement)
            connection.rollback()


def test_a_rollback_takes_a_new_table_along(engine: Engine) -> None:
    """A transaction begins before its first statement, and DDL belongs to it."""
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE drafts (id INTEGER)"))
        connection.rollback()

        assert not inspect(connection).has_table("drafts")


def test_an_error_does_not_tell_the_values(session: Session, margaret: User) -> None:
    """The message of a refused INSERT names the statement, and neither the address nor the hash."""
    session.add(User(username="margaret", email="secret@example.org", password="another hash"))

    with pytest.raises(IntegrityError, match="INSERT INTO users") as failure:
        session.flush()

    assert "another hash" not in str(failure.value)
