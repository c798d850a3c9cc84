"""Runs a unit of work, and runs it again from its first statement where the database says that this may help."""

from collections.abc import Callable
from enum import Enum, auto
from typing import TypeVar

from psycopg2.errorcodes import (
    DEADLOCK_DETECTED,
    LOCK_NOT_AVAILABLE,
    READ_ONLY_SQL_TRANSACTION,
    SERIALIZATION_FAILURE,
)
from sqlalchemy import Engine, ExceptionContext, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

ATTEMPTS = 5

T = TypeVar("T")


class Verdict(Enum):
    """What may become of a unit that has failed."""

    AGAIN = auto()
    ELSEWHERE = auto()  # again, on another connection
    NEVER = auto()


VERDICTS = {
    SERIALIZATION_FAILURE: Verdict.AGAIN,
    DEADLOCK_DETECTED: Verdict.AGAIN,
    LOCK_NOT_AVAILABLE: Verdict.AGAIN,
    READ_ONLY_SQL_TRANSACTION: Verdict.ELSEWHERE,
}


def sqlstate(error: BaseException) -> str | None:
    """The five characters by which the database classifies an error; None where it could not answer any more."""
    return getattr(error.orig, "pgcode", None) if isinstance(error, DBAPIError) else None


def classify(error: BaseException) -> Verdict:
    """What the SQLSTATE says. Without one, the unit may have succeeded already."""
    return VERDICTS.get(sqlstate(error) or "", Verdict.NEVER)


def may_help(error: BaseException) -> bool:
    """Whether the same unit may succeed when it is run again."""
    return classify(error) is not Verdict.NEVER


@event.listens_for(Engine, "handle_error")
def leave(context: ExceptionContext) -> None:
    """Treat a connection to a standby as a lost one: it is dropped, and all others that the pool has."""
    if context.sqlalchemy_exception and classify(context.sqlalchemy_exception) is Verdict.ELSEWHERE:
        context.is_disconnect = True


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
