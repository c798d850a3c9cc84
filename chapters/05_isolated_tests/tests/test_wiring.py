"""The app's own session and start, which the other tests replace or leave out."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, inspect

from fastauth import database
from fastauth.main import app


def test_a_request_gets_a_session_on_the_engine() -> None:
    """The dependency that the tests override yields a session of the app's own engine."""
    with contextmanager(database.get_db)() as session:
        assert session.get_bind() is database.engine


def test_the_service_makes_the_missing_tables_when_it_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the start the table is there; an SQLite file stands in, so that no other database is touched."""
    engine = create_engine(f"sqlite:///{tmp_path / 'app.db'}")
    monkeypatch.setattr("fastauth.main.engine", engine)

    with TestClient(app):
        assert inspect(engine).has_table("user_info")
    engine.dispose()
