"""Many buyers at the same moment: real threads and processes, real servers, real commits."""

from collections import Counter

import httpx2
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from shop.models import Order
from tests.conftest import BUYERS, Meeting, at_once, buy, order, stock, stocked

TAKES = "UPDATE product"


def test_the_last_lamp_is_sold_once(server: httpx2.Client, race_engine: Engine) -> None:
    """Three buyers, whatever they have read before, and one lamp: one 201, two 409."""
    (lamp,) = stocked(race_engine, 1)

    with Meeting(race_engine, 3, TAKES):
        assert buy([server], 3, {lamp: 1}) == [201, 409, 409]


def test_thirty_two_buyers_get_ten_lamps(server: httpx2.Client, race_engine: Engine) -> None:
    """As many are sold as there were, and the stock says so."""
    (lamp,) = stocked(race_engine, 10)

    with Meeting(race_engine, BUYERS, TAKES):
        answers = Counter(buy([server], BUYERS, {lamp: 1}))

    assert (answers, stock(race_engine, lamp)) == ({201: 10, 409: 22}, 0)


def test_servers_that_share_a_database_sell_no_more(processes: list[httpx2.Client], race_engine: Engine) -> None:
    """The same with two processes, which know nothing of each other."""
    (lamp,) = stocked(race_engine, 10)

    answers = Counter(buy(processes, BUYERS, {lamp: 1}))

    assert (answers, stock(race_engine, lamp)) == ({201: 10, 409: 22}, 0)


def test_opposite_orders_do_not_block_each_other(server: httpx2.Client, race_engine: Engine) -> None:
    """A lamp and a bulb, a bulb and a lamp: each customer holds the first product, and both get all they want."""
    lamp, bulb = stocked(race_engine, 5, 5)

    with Meeting(race_engine, 2, TAKES, done=True):
        answers = at_once(
            lambda: order(server, {lamp: 1, bulb: 1}),
            lambda: order(server, {bulb: 1, lamp: 1}),
        )

    assert answers == [201, 201]


@pytest.mark.parametrize("ends", [201, 409], ids=["placed", "sold-out"])
def test_one_order_sent_twice_at_once_is_one_order(server: httpx2.Client, race_engine: Engine, ends: int) -> None:
    """An impatient finger, or a proxy that tries again: both are told the same, and it is stored once at most."""
    (lamp,) = stocked(race_engine, 5 if ends == 201 else 0)
    key = "7d2f2b1c-31b5-4a44-9e0d-7f3f0f5f8a10"

    with Meeting(race_engine, 2, "INSERT INTO customer_order"):
        answers = at_once(*[lambda: order(server, {lamp: 1}, key)] * 2)

    with Session(race_engine) as session:
        placed = session.scalar(select(func.count()).select_from(Order))
    assert (answers, placed) == ([ends, ends], 1 if ends == 201 else 0)
    assert stock(race_engine, lamp) == (4 if ends == 201 else 0)
