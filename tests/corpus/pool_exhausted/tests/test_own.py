"""A learner's test."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from shelf.database import engine


def test_own() -> None:
    """The requirement holds."""
    kept = [Session(engine) for _ in range(20)]
    for session in kept:
        session.execute(text("SELECT 1"))
