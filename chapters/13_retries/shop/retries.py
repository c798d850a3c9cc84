"""Runs a unit of work, and runs it again from its first statement where the database says that this may help."""

from collections.abc import Callable
from typing import TypeVar

from psycopg2.errorcodes import DEADLOCK_DETECTED, SERIALIZATION_FAILURE
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

ATTEMPTS = 5
AGAIN = {SERIALIZATION_FAILURE, DEADLOCK_DETECTED}

T = TypeVar("T")


def sqlstate(error: BaseException) -> str | None:
    """The five characters by which the database classifies an error; None where it could not answer any more."""
    return getattr(error.orig, "pgcode", None) if isinstance(error, DBAPIError) else None


def may_help(error: BaseException) -> bool:
    """Whether the same unit may succeed when it is run again. Without a SQLSTATE, it may have succeeded already."""
    return sqlstate(error) in AGAIN


def unit(session: Session, work: Callable[[Session], T]) -> T:
    """What the work returns, committed. The work may run several times, so it does nothing but talk to the database.

    The last error comes through as it is. `session` has no transaction open, before and after.
    """

    def once() -> T:
        with session.begin():
            return work(session)

    pauses = wait_random_exponential(multiplier=0.02)  # in seconds: between nothing and 0.02, 0.04, 0.08, 0.16
    retrying = Retrying(
        retry=retry_if_exception(may_help), stop=stop_after_attempt(ATTEMPTS), wait=pauses, reraise=True
    )
    return retrying(once)
