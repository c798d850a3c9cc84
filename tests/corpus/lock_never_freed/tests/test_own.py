"""A learner's test."""

from sqlalchemy import text

from shelf.database import engine


def test_own() -> None:
    """The requirement holds."""
    with engine.connect() as first, engine.connect() as second:
        first.execute(text("CREATE TABLE shared (id int)"))
        first.commit()
        first.execute(text("LOCK TABLE shared"))
        second.execute(text("SELECT * FROM shared"))
