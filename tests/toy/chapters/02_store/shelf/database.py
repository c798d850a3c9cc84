"""Where the rows are."""

import os
from collections.abc import Iterator

from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Session

engine = create_engine(os.environ["DATABASE_URL"])


class Base(DeclarativeBase):
    """What all models have in common."""


def get_session() -> Iterator[Session]:
    """A session for one request, closed after it."""
    with Session(engine) as session:
        yield session
