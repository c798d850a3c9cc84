"""The SQLSTATE decides what becomes of a unit: again, again on another connection, or never."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine, event, func, select, text, update
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError
from sqlalchemy.orm import Session

from shop import retries
from shop.models import Product
from tests.conftest import Failing, answer_to_commit_lost, order, stock, stocked

READ_ONLY = "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"  # what a connection to a standby is like
LOCK_NOT_AVAILABLE, STANDBY = "55P03", "25006"


@pytest.fixture
def session(race_engine: Engine) -> Iterator[Session]:
    """A session whose commits are commits."""
    with Session(race_engine) as session:
        yield session


def offer(session: Session) -> None:
    """A unit of work: a row."""
    session.add(Product(name="lamp", price="9.90", stock=1))
    session.flush()


def offered(engine: Engine) -> int | None:
    """How many products are stored."""
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(Product))


@contextmanager
def only_standbys(engine: Engine) -> Iterator[None]:
    """Every connection that is made meanwhile leads to a server that stores nothing."""

    def stand_by(connection: Any, _: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(READ_ONLY)
        connection.commit()

    engine.dispose()
    event.listen(engine, "connect", stand_by)
    try:
        yield
    finally:
        event.remove(engine, "connect", stand_by)
        engine.dispose()


@pytest.mark.parametrize("sqlstate", ["40001", "40P01", LOCK_NOT_AVAILABLE, STANDBY])
def test_a_unit_that_may_succeed_is_run_again(
    session: Session, race_engine: Engine, pauses: list[float], sqlstate: str
) -> None:
    """Two attempts fail through no fault of their own, and the third one is stored, once."""
    with Failing(race_engine, "INSERT INTO product", sqlstate, times=2) as failing, suppress(DBAPIError):
        retries.unit(session, offer)

    assert (failing.met, offered(race_engine)) == (3, 1)


def test_a_lock_that_came_too_late_is_asked_for_again(race_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody holds the row for longer than we wait, and lets go of it during our pause."""
    (lamp,) = stocked(race_engine, 5)

    def sell(session: Session) -> None:
        session.execute(text("SET LOCAL lock_timeout = '20ms'"))
        session.execute(update(Product).values(stock=Product.stock - 1))

    with Session(race_engine) as session, Session(race_engine) as holder:
        holder.get(Product, lamp, with_for_update=True)
        monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: holder.rollback())
        with suppress(OperationalError):
            retries.unit(session, sell)

    left = stock(race_engine, lamp)
    assert left == 4


@pytest.mark.parametrize(
    ("sqlstate", "connections"), [("40001", 1), ("40P01", 1), (LOCK_NOT_AVAILABLE, 1), (STANDBY, 2)]
)
def test_only_a_connection_to_a_standby_is_replaced(
    session: Session, race_engine: Engine, pauses: list[float], sqlstate: str, connections: int
) -> None:
    """Another connection where this one leads to a standby, and only there: a good one isn't given up."""
    seen = []

    def work(session: Session) -> None:
        seen.append(session.scalar(text("SELECT pg_backend_pid()")))
        offer(session)

    with Failing(race_engine, "INSERT INTO product", sqlstate, times=1), suppress(DBAPIError):
        retries.unit(session, work)

    assert (len(seen), len(set(seen))) == (2, connections)


def test_an_order_after_a_failover_is_placed(server: httpx2.Client, race_engine: Engine, pauses: list[float]) -> None:
    """The connection in the pool leads to a standby now, and the customer never knows of it."""
    (lamp,) = stocked(race_engine, 5)
    race_engine.dispose()
    with race_engine.begin() as pooled:
        pooled.execute(text(READ_ONLY))

    answer = order(server, {lamp: 2})

    race_engine.dispose()
    assert (answer.status_code, stock(race_engine, lamp)) == (201, 3)


def test_an_order_that_no_server_can_store_may_come_back(
    server: httpx2.Client, race_engine: Engine, pauses: list[float]
) -> None:
    """Wherever the app connects, there is a standby: 503 and when to try again, after five attempts."""
    (lamp,) = stocked(race_engine, 5)

    with only_standbys(race_engine), Failing(race_engine, "INSERT INTO customer_order", "", times=0) as attempts:
        answer = order(server, {lamp: 2})

    assert (attempts.met, answer.status_code, answer.headers.get("retry-after")) == (5, 503, "1")
    assert stock(race_engine, lamp) == 5


def test_after_five_attempts_on_standbys_the_original_error_comes_through(
    session: Session, race_engine: Engine, pauses: list[float]
) -> None:
    """It says what the database said, and the session can be used again."""
    with (
        only_standbys(race_engine),
        Failing(race_engine, "INSERT INTO product", "", times=0) as attempts,
        pytest.raises(InternalError) as caught,
    ):
        retries.unit(session, offer)
    retries.unit(session, offer)

    assert (attempts.met, retries.sqlstate(caught.value), offered(race_engine)) == (5, STANDBY, 1)


@pytest.mark.parametrize("sqlstate", ["40002", "40003", "25001", "25P02", "55006", "57014", "08007", "23505"])
def test_what_would_fail_again_is_not_repeated(
    session: Session, race_engine: Engine, pauses: list[float], sqlstate: str
) -> None:
    """One attempt: others of the same class stay wrong, or may have been stored, so two characters aren't enough."""
    with (
        Failing(race_engine, "INSERT INTO product", sqlstate, times=100) as failing,
        pytest.raises(DBAPIError) as caught,
    ):
        retries.unit(session, offer)

    assert (failing.met, retries.sqlstate(caught.value)) == (1, sqlstate)


def test_a_commit_in_doubt_is_not_repeated(session: Session, race_engine: Engine, pauses: list[float]) -> None:
    """An error without a SQLSTATE: the connection broke at the commit, but the row is stored."""
    with answer_to_commit_lost(race_engine), suppress(OperationalError):
        retries.unit(session, offer)

    rows = offered(race_engine)
    assert rows == 1
