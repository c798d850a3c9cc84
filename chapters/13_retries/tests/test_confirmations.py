"""A confirmation is sent for each order, by as many workers as there are beside the service."""

import os
import subprocess
import sys

import httpx2
import pytest
from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.orm import Session, sessionmaker

from shop import confirmations
from shop.models import Confirmation
from tests.conftest import Failing, order, stocked


def waiting(engine: Engine) -> list[int]:
    """The orders whose confirmation is still to be sent."""
    with Session(engine) as session:
        return list(session.scalars(select(Confirmation.order_id).order_by(Confirmation.order_id)))


def placed(server: httpx2.Client, engine: Engine, orders: int) -> list[int]:
    """The ids of so many new orders."""
    (lamp,) = stocked(engine, orders)
    return [order(server, {lamp: 1}).json()["id"] for _ in range(orders)]


def store_again(engine: Engine, order_id: int) -> None:
    """Let the row of a confirmation be behind the others: a table has no order of its own."""
    with engine.begin() as connection:
        connection.execute(delete(Confirmation).where(Confirmation.order_id == order_id))
        connection.execute(insert(Confirmation).values(order_id=order_id))


def test_an_order_that_needed_two_attempts_is_confirmed_once(server: httpx2.Client, race_engine: Engine) -> None:
    """The confirmation is a row of the same transaction: what was rolled back sends nothing."""
    with Failing(race_engine, "UPDATE product", "40001", times=1):
        numbers = placed(server, race_engine, 1)

    assert waiting(race_engine) == numbers


def test_an_order_that_is_refused_is_not_confirmed(server: httpx2.Client, race_engine: Engine) -> None:
    """There is nothing to confirm."""
    (lamp,) = stocked(race_engine, 1)

    assert (order(server, {lamp: 2}).status_code, waiting(race_engine)) == (409, [])


def test_the_oldest_is_sent_first(server: httpx2.Client, race_engine: Engine) -> None:
    """Each once, until there is none."""
    numbers, sent = placed(server, race_engine, 3), list[int]()
    store_again(race_engine, numbers[0])

    with Session(race_engine) as worker:
        more = [confirmations.send_next(worker, sent.append) for _ in range(4)]
        worker.commit()

    assert (sent, more, waiting(race_engine)) == (numbers, [True, True, True, False], [])


def test_two_workers_send_different_ones(server: httpx2.Client, race_engine: Engine) -> None:
    """The second does not wait for the first, and does not send the same."""
    first, second, third = placed(server, race_engine, 3)
    sent = list[int]()

    with Session(race_engine) as one, Session(race_engine) as other:
        for worker in (one, other, one):
            confirmations.send_next(worker, sent.append)
        assert not confirmations.send_next(other, sent.append)
        one.commit()
        other.commit()

    assert (sent, waiting(race_engine)) == ([first, second, third], [])


def test_a_worker_that_fails_leaves_its_confirmation_to_others(server: httpx2.Client, race_engine: Engine) -> None:
    """The mail server is down: nothing is lost, and those before it stay sent."""
    numbers, sent = placed(server, race_engine, 2), list[int]()

    def send(order_id: int) -> None:
        if order_id == numbers[1]:
            raise ConnectionError("the mail server is down")
        sent.append(order_id)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shop.database.SessionLocal", sessionmaker(race_engine))
        with pytest.raises(ConnectionError):
            confirmations.send_all(send)
        left = waiting(race_engine)
        again = [confirmations.send_all(sent.append), confirmations.send_all(sent.append)]

    assert (left, again, sent, waiting(race_engine)) == (numbers[1:], [1, 0], numbers, [])


def test_the_worker_is_a_program(server: httpx2.Client, race_engine: Engine) -> None:
    """It sends what there is, and ends."""
    (number,) = placed(server, race_engine, 1)
    url = race_engine.url.render_as_string(hide_password=False)
    command, environment = [sys.executable, "-m", "shop.confirmations"], os.environ | {"DATABASE_URL": url}

    ran = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True)

    assert (ran.stdout, waiting(race_engine)) == (f"Order {number} is confirmed.\n", [])
