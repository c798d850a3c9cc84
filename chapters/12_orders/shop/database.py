"""The way to the database: engine, session factory, base, a session per request."""

import os
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

# A transaction that somebody forgot holds its locks; after a minute of silence the server ends it.
engine = create_engine(
    os.environ["DATABASE_URL"], connect_args={"options": "-c idle_in_transaction_session_timeout=60s"}
)
SessionLocal = sessionmaker(engine)


class Base(DeclarativeBase):
    """Every model inherits from it; its metadata knows all their tables."""


def get_db() -> Iterator[Session]:
    """One session per request, closed after it; what was not committed is rolled back."""
    with SessionLocal() as session:
        yield session


SessionDep = Annotated[Session, Depends(get_db)]
