"""The app's own engine, session and start, which the other tests replace or leave out."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fastauth import database
from fastauth.main import app
from fastauth.models import UserInfo
from fastauth.settings import Settings


def test_a_request_gets_a_session_on_the_engine() -> None:
    """The dependency that the tests override yields a session of the app's own engine."""
    with contextmanager(database.get_db)() as session:
        assert session.get_bind() is database.engine


def test_the_service_makes_the_missing_tables_when_it_starts(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the start the table is there; an SQLite file stands in, so that no other database is touched."""
    engine = create_engine(f"sqlite:///{tmp_path / 'app.db'}")
    monkeypatch.setattr("fastauth.main.engine", engine)
    monkeypatch.setattr("fastauth.main.get_settings", lambda: settings)

    with TestClient(app):
        assert inspect(engine).has_table("user_info")
    engine.dispose()


def test_an_error_does_not_tell_the_password() -> None:
    """The message of a refused INSERT names the statement and the constraint, and none of the other values."""
    with database.engine.connect() as connection, Session(connection) as session:
        database.Base.metadata.create_all(connection)
        for fullname in ("Grace Hopper", "Grace Impostor"):
            session.add(UserInfo(username="grace", password="cobol", fullname=fullname))
        with pytest.raises(IntegrityError, match="INSERT INTO user_info") as failure:
            session.flush()
    database.engine.dispose()

    assert "cobol" not in str(failure.value)
