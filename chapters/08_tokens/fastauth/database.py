"""The way to the database: engine, session factory, declarative base, a session per request."""

import os
from collections.abc import Iterator

from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

# An error that is logged must not tell the values of its statement: one of them is a password.
engine = create_engine(os.environ["DATABASE_URL"], hide_parameters=True)
SessionLocal = sessionmaker(engine)


class Base(DeclarativeBase):
    """Every model inherits from it; its metadata knows all their tables."""


def get_db() -> Iterator[Session]:
    """One session per request, closed after it; what was not committed is rolled back."""
    with SessionLocal() as session:
        yield session
