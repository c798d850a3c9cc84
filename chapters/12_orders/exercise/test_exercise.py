"""An order can be cancelled: its units go back on the shelf, exactly once."""

from threading import Thread

import httpx2
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from shop.models import Product
from tests.conftest import Meeting, at_once, order, stock, stocked

WRITES = "INSERT|UPDATE|DELETE"
FULL = 2**31 - 1  # the most that a column of the type integer holds


def placed(server: httpx2.Client, items: dict[int, int], key: str = "") -> int:
    """The id of a new order."""
    number: int = order(server, items, key).json()["id"]
    return number


def cancel(server: httpx2.Client, order_id: int) -> httpx2.Response:
    return server.post(f"/orders/{order_id}/cancel")


def put(engine: Engine, product_id: int, units: int) -> None:
    """Let there be so many units of a product."""
    with Session(engine) as session:
        session.get_one(Product, product_id).stock = units
        session.commit()


def test_cancelling_puts_every_unit_back(server: httpx2.Client, race_engine: Engine) -> None:
    """204, and both products have the stock that they had before the order."""
    lamp, bulb = stocked(race_engine, 5, 5)

    answer = cancel(server, placed(server, {lamp: 2, bulb: 3}))

    assert answer.status_code == 204
    assert answer.content == b""
    assert [stock(race_engine, one) for one in (lamp, bulb)] == [5, 5]


def test_cancelling_again_changes_nothing(server: httpx2.Client, race_engine: Engine) -> None:
    """204 as well, because what was asked for is so; the units are back once."""
    (lamp,) = stocked(race_engine, 5)
    order_id = placed(server, {lamp: 2})

    answers = [cancel(server, order_id).status_code for _ in range(3)]

    assert (answers, stock(race_engine, lamp)) == ([204, 204, 204], 5)


def test_cancelling_twice_at_the_same_moment_changes_the_stock_once(server: httpx2.Client, race_engine: Engine) -> None:
    """Two requests that have both read the order before one of them writes: 204 twice, and the units are back once."""
    (lamp,) = stocked(race_engine, 5)
    order_id = placed(server, {lamp: 2})

    with Meeting(race_engine, 2, WRITES):
        answers = at_once(*[lambda: cancel(server, order_id)] * 2)

    assert (answers, stock(race_engine, lamp)) == ([204, 204], 5)


def test_a_lamp_that_is_sold_while_another_comes_back_stays_sold(server: httpx2.Client, race_engine: Engine) -> None:
    """A sale that is stored after the cancelling request has read, and before it writes, is not forgotten."""
    (lamp,) = stocked(race_engine, 5)
    order_id = placed(server, {lamp: 2})
    sale = Thread(target=order, args=(server, {lamp: 1}))

    with Meeting(race_engine, 2, "UPDATE product", first=sale):
        answer = cancel(server, order_id)
    if sale.ident is None:  # nothing was written that could be held
        sale.start()
    sale.join()

    assert (answer.status_code, stock(race_engine, lamp)) == (204, 4)


def test_only_the_cancelled_order_comes_back(server: httpx2.Client, race_engine: Engine) -> None:
    """Another order of the same product is none of its business."""
    (lamp,) = stocked(race_engine, 5)
    mine, theirs = placed(server, {lamp: 1}), placed(server, {lamp: 3})

    answers = [cancel(server, mine).status_code, server.get(f"/orders/{theirs}").status_code]

    assert (answers, stock(race_engine, lamp)) == ([204, 200], 2)


def test_a_cancelled_order_can_still_be_read(server: httpx2.Client, race_engine: Engine) -> None:
    """The shop keeps its records."""
    (lamp,) = stocked(race_engine, 5)
    order_id = placed(server, {lamp: 2})
    before = server.get(f"/orders/{order_id}").json()

    answer = cancel(server, order_id)

    after = server.get(f"/orders/{order_id}").json()
    assert answer.status_code == 204
    assert [after[field] for field in ("id", "items", "total")] == [before[field] for field in ("id", "items", "total")]


def test_a_key_stays_used_when_its_order_is_cancelled(server: httpx2.Client, race_engine: Engine) -> None:
    """An order that is sent again after it was cancelled takes nothing off the stock: it is still that order."""
    (lamp,) = stocked(race_engine, 5)
    key = "7d2f2b1c-31b5-4a44-9e0d-7f3f0f5f8a10"
    order_id = placed(server, {lamp: 2}, key)

    answer = cancel(server, order_id)

    again = placed(server, {lamp: 2}, key)
    assert (answer.status_code, again == order_id, stock(race_engine, lamp)) == (204, True, 5)


@pytest.mark.parametrize("full", [0, 1], ids=["first", "second"])
def test_a_cancellation_that_fails_has_changed_nothing(server: httpx2.Client, race_engine: Engine, full: int) -> None:
    """Where one product cannot be put back, no other is, and the order can be cancelled later."""
    products = stocked(race_engine, 5, 5)
    order_id = placed(server, dict.fromkeys(products, 2))
    put(race_engine, products[full], FULL)

    failed = cancel(server, order_id).status_code
    between = stock(race_engine, products[1 - full])
    put(race_engine, products[full], 3)
    later = cancel(server, order_id).status_code

    assert (failed, between, later) == (500, 3, 204)
    assert [stock(race_engine, one) for one in products] == [5, 5]


@pytest.mark.parametrize(("order_id", "status"), [("2147483647", 404), ("0", 422), ("2147483648", 422)])
def test_an_order_that_is_not_there_cannot_be_cancelled(server: httpx2.Client, order_id: str, status: int) -> None:
    """Nobody has placed it, or nobody could have: a sentence says so, or a 422."""
    answer = server.post(f"/orders/{order_id}/cancel")

    assert answer.status_code == status
    assert answer.json()["detail"] != "Not Found"
