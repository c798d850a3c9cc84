"""A unit of work that fails through no fault of its own is run again, as a whole, and not forever."""

from collections.abc import Iterator
from contextlib import suppress

import httpx2
import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from shop import retries
from shop.models import Confirmation, Order, Product
from tests.conftest import Failing, answer_to_commit_lost, order, stock, stocked

SERIALIZATION, DEADLOCK = "40001", "40P01"


@pytest.fixture
def session(race_engine: Engine) -> Iterator[Session]:
    """A session whose commits are commits."""
    with Session(race_engine) as session:
        yield session


def offer(session: Session) -> int:
    """A unit of work: its result, and a row."""
    product = Product(name="lamp", price="9.90", stock=1)
    session.add(product)
    session.flush()
    return product.id


def offered(engine: Engine) -> int | None:
    """How many products are stored."""
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(Product))


@pytest.mark.parametrize("sqlstate", [SERIALIZATION, DEADLOCK])
def test_a_unit_that_may_succeed_is_run_again(
    session: Session, race_engine: Engine, pauses: list[float], sqlstate: str
) -> None:
    """It failed twice through no fault of its own; the third attempt is stored, once."""
    with Failing(race_engine, "INSERT INTO product", sqlstate, times=2) as failing:
        product_id = retries.unit(session, offer)

    assert (failing.met, len(pauses), offered(race_engine)) == (3, 2, 1)
    assert stock(race_engine, product_id) == 1


def test_the_whole_unit_is_run_again(race_engine: Engine, pauses: list[float]) -> None:
    """What it has read is old by then: it reads again, and what somebody else has stored in between is not lost."""
    (lamp,) = stocked(race_engine, 10)
    seen = []

    def sell(session: Session) -> None:
        product = session.get_one(Product, lamp)
        seen.append(product.stock)
        if len(seen) == 1:
            with race_engine.begin() as other:
                other.execute(update(Product).values(stock=Product.stock - 3))
        product.stock -= 1

    with Session(race_engine.execution_options(isolation_level="REPEATABLE READ")) as session:
        retries.unit(session, sell)

    assert (seen, stock(race_engine, lamp)) == ([10, 7], 6)


def test_after_five_attempts_the_original_error_comes_through(
    session: Session, race_engine: Engine, pauses: list[float]
) -> None:
    """It says what the database said, nothing is stored, and no transaction is left open."""
    with (
        Failing(race_engine, "INSERT INTO product", SERIALIZATION, times=100) as failing,
        pytest.raises(OperationalError) as caught,
    ):
        retries.unit(session, offer)

    assert (failing.met, retries.sqlstate(caught.value)) == (5, SERIALIZATION)
    assert (session.in_transaction(), offered(race_engine)) == (False, 0)


def test_pauses_are_random_and_short(session: Session, race_engine: Engine, pauses: list[float]) -> None:
    """Two that have met would meet again after equal pauses. A request that waits holds a thread, so not for long."""
    for _ in range(10):
        with Failing(race_engine, "INSERT INTO product", DEADLOCK, times=4):
            retries.unit(session, offer)

    assert len(set(pauses)) > 20
    limits = [0.02, 0.04, 0.08, 0.16] * 10
    assert all(0 <= pause <= limit for pause, limit in zip(pauses, limits, strict=True))
    assert max(pauses) > 0.02


@pytest.mark.parametrize("sqlstate", ["23505", "22003", "42601", "57014", "40002", "40003"])
def test_what_would_fail_again_is_not_repeated(
    session: Session, race_engine: Engine, pauses: list[float], sqlstate: str
) -> None:
    """A broken rule, a number too large, wrong SQL, a unit that was cancelled, one that may be stored: one attempt."""
    with (
        Failing(race_engine, "INSERT INTO product", sqlstate, times=100) as failing,
        pytest.raises(DBAPIError) as caught,
    ):
        retries.unit(session, offer)

    assert (failing.met, retries.sqlstate(caught.value)) == (1, sqlstate)


def test_an_error_of_our_own_is_not_repeated(session: Session, pauses: list[float]) -> None:
    """Sold out is an answer."""
    calls = []

    def refuse(_: Session) -> None:
        calls.append(1)
        raise LookupError("sold out")

    with pytest.raises(LookupError, match="sold out"):
        retries.unit(session, refuse)

    assert len(calls) == 1


def test_a_commit_in_doubt_is_not_repeated(session: Session, race_engine: Engine, pauses: list[float]) -> None:
    """The connection broke at the commit, but the row is stored: again would be twice."""
    with answer_to_commit_lost(race_engine), suppress(OperationalError):
        retries.unit(session, offer)

    rows = offered(race_engine)
    assert rows == 1


def test_an_order_in_doubt_may_be_sent_again(server: httpx2.Client, race_engine: Engine) -> None:
    """The customer is told of an error, and her order is stored. The same key again: still one order."""
    (lamp,) = stocked(race_engine, 5)
    key = "7d2f2b1c-31b5-4a44-9e0d-7f3f0f5f8a10"

    with answer_to_commit_lost(race_engine):
        first = order(server, {lamp: 2}, key).status_code
    second = order(server, {lamp: 2}, key).status_code

    assert (first, second, stock(race_engine, lamp)) == (500, 201, 3)


def test_an_order_in_a_deadlock_is_placed(server: httpx2.Client, race_engine: Engine, pauses: list[float]) -> None:
    """A customer never knows of a deadlock: both products are hers, each once."""
    lamp, bulb = stocked(race_engine, 5, 5)

    with Failing(race_engine, "INSERT INTO confirmation", DEADLOCK, times=1) as failing:
        answer = order(server, {lamp: 1, bulb: 1})

    assert (failing.met, answer.status_code) == (2, 201)
    assert [stock(race_engine, one) for one in (lamp, bulb)] == [4, 4]


def test_an_order_that_cannot_be_placed_now_may_come_back(
    server: httpx2.Client, race_engine: Engine, pauses: list[float]
) -> None:
    """503 and when to try again, after five attempts; nothing is stored, and nothing is taken off the stock."""
    (lamp,) = stocked(race_engine, 5)

    with Failing(race_engine, "UPDATE product", DEADLOCK, times=5) as failing:
        answer = order(server, {lamp: 1})

    assert (failing.met, answer.status_code, answer.headers.get("retry-after")) == (5, 503, "1")
    assert answer.json()["detail"] == "The shop is very busy. Nothing was stored; please send it again."
    with Session(race_engine) as session:
        stored = [session.scalar(select(func.count()).select_from(table)) for table in (Order, Confirmation)]
    assert (stored, stock(race_engine, lamp)) == ([0, 0], 5)


def test_an_error_that_stays_is_a_server_error(server: httpx2.Client, race_engine: Engine) -> None:
    """Coming back would not help, so no one is asked to."""
    (lamp,) = stocked(race_engine, 5)

    with Failing(race_engine, "UPDATE product", "42601", times=1) as failing:
        answer = order(server, {lamp: 1})

    assert (failing.met, answer.status_code) == (1, 500)
