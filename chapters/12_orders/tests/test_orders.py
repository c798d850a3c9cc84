"""An order of several items: all of it or nothing, once for each key, in exact money."""

from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from shop import orders
from shop.models import Order, OrderItem, Product
from tests.conftest import order

KEY = "7d2f2b1c-31b5-4a44-9e0d-7f3f0f5f8a10"


@pytest.fixture
def lamp(session: Session) -> Product:
    """A product with ten units, at ten cents."""
    return offered(session, "lamp", 10)


@pytest.fixture
def bulb(session: Session) -> Product:
    """Another one, with a single unit."""
    return offered(session, "bulb", 1)


def offered(session: Session, name: str, stock: int) -> Product:
    product = Product(name=name, price="0.10", stock=stock)
    session.add(product)
    session.flush()
    session.refresh(product)
    return product


def test_an_order_has_its_items_and_its_total(client: TestClient, lamp: Product, bulb: Product) -> None:
    """201, with a line per product in the order of their ids."""
    answer = order(client, {bulb.id: 1, lamp.id: 3})

    assert answer.status_code == 201
    assert answer.json() == {
        "id": answer.json()["id"],
        "items": [
            {"product_id": lamp.id, "quantity": 3, "price": "0.10"},
            {"product_id": bulb.id, "quantity": 1, "price": "0.10"},
        ],
        "total": "0.40",
    }


def test_three_times_ten_cents_are_thirty(client: TestClient, lamp: Product) -> None:
    """Money is exact."""
    assert order(client, {lamp.id: 3}).json()["total"] == "0.30"


def test_an_order_takes_its_units_off_the_stock(client: TestClient, session: Session, lamp: Product) -> None:
    """What is sold is gone."""
    order(client, {lamp.id: 3})

    session.refresh(lamp)
    assert lamp.stock == 7


def test_the_last_unit_is_for_sale(client: TestClient, session: Session, bulb: Product) -> None:
    """Down to nothing, and no further."""
    assert [order(client, {bulb.id: 1}).status_code for _ in range(2)] == [201, 409]

    session.refresh(bulb)
    assert bulb.stock == 0


def test_an_order_is_placed_as_a_whole_or_not_at_all(
    client: TestClient, session: Session, lamp: Product, bulb: Product
) -> None:
    """One item that is sold out, and the others stay where they are."""
    answer = order(client, {lamp.id: 3, bulb.id: 2})

    session.refresh(lamp)
    assert (answer.status_code, lamp.stock) == (409, 10)
    assert answer.json() == {"detail": f"There are not as many of product {bulb.id}."}
    assert session.scalars(select(Order)).all() == []


def test_an_order_of_an_unknown_product_is_404(client: TestClient, session: Session, lamp: Product) -> None:
    """A sentence says which it was, and nothing was taken."""
    answer = order(client, {lamp.id: 3, 2**31 - 1: 1})

    session.refresh(lamp)
    assert (answer.status_code, lamp.stock) == (404, 10)
    assert answer.json() == {"detail": "There is no product 2147483647."}


def test_two_lines_with_one_product_are_added_up(client: TestClient, lamp: Product) -> None:
    """Six and six of ten are too many; six and four are one line of ten."""
    lines = [[{"product_id": lamp.id, "quantity": n} for n in (6, more)] for more in (6, 4)]

    too_many, all_of_it = (
        client.post("/orders", json={"items": two}, headers={"Idempotency-Key": str(uuid4())}) for two in lines
    )

    assert (too_many.status_code, all_of_it.status_code) == (409, 201)
    assert [item["quantity"] for item in all_of_it.json()["items"]] == [10]


@pytest.mark.parametrize("quantity", [-50, 0, 1_001, 2**31, 10**30, True, "3", 1.5], ids=str)
def test_a_quantity_that_makes_no_sense_is_422(
    client: TestClient, session: Session, lamp: Product, quantity: object
) -> None:
    """Nobody buys minus fifty lamps."""
    line = {"product_id": lamp.id, "quantity": quantity}

    answer = client.post("/orders", json={"items": [line]}, headers={"Idempotency-Key": str(uuid4())})

    session.refresh(lamp)
    assert (answer.status_code, lamp.stock) == (422, 10)


@pytest.mark.parametrize("product_id", [0, -1, 2**31, 10**30, True, "1"], ids=str)
def test_a_product_id_that_cannot_be_is_422(client: TestClient, product_id: object) -> None:
    """An id fits into its column, or the database is not asked."""
    line = {"product_id": product_id, "quantity": 1}

    assert client.post("/orders", json={"items": [line]}, headers={"Idempotency-Key": str(uuid4())}).status_code == 422


@pytest.mark.parametrize("lines", [0, 51])
def test_an_order_has_one_to_fifty_lines(client: TestClient, lamp: Product, lines: int) -> None:
    """An order of nothing is none."""
    items = [{"product_id": lamp.id, "quantity": 1}] * lines

    answer = client.post("/orders", json={"items": items}, headers={"Idempotency-Key": str(uuid4())})

    assert answer.status_code == 422


def test_the_longest_order_and_the_largest_quantity_are_fine(client: TestClient, session: Session) -> None:
    """Fifty lines of a thousand."""
    crowd = offered(session, "crowd", 1_000_000)
    items = [{"product_id": crowd.id, "quantity": 1_000}] * 50

    answer = client.post("/orders", json={"items": items}, headers={"Idempotency-Key": str(uuid4())})

    assert answer.status_code == 201


def test_an_order_that_is_sent_again_is_one_order(client: TestClient, session: Session, lamp: Product) -> None:
    """The same key: the same answer, and the stock is touched once, whatever others have ordered."""
    order(client, {lamp.id: 1})

    first, again = (order(client, {lamp.id: 3}, KEY) for _ in range(2))

    session.refresh(lamp)
    assert (again.status_code, again.json()) == (201, first.json())
    assert lamp.stock == 6


@pytest.mark.parametrize("changed", ["quantity", "more"])
def test_a_key_is_for_one_order(client: TestClient, lamp: Product, bulb: Product, changed: str) -> None:
    """The same key with other items is a mistake of the client, and is not taken for a repetition."""
    order(client, {lamp.id: 3}, KEY)

    answer = order(client, {lamp.id: 4} if changed == "quantity" else {lamp.id: 3, bulb.id: 1}, KEY)

    assert answer.status_code == 409
    assert answer.json() == {"detail": f"The key {KEY} belongs to another order."}


def test_a_key_whose_order_was_refused_may_be_used_again(client: TestClient, bulb: Product) -> None:
    """Nothing is stored of an order that failed, its key included."""
    assert [order(client, {bulb.id: wanted}, KEY).status_code for wanted in (2, 1)] == [409, 201]


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "twice"}], ids=["none", "no-uuid"])
def test_an_order_needs_a_key(client: TestClient, lamp: Product, headers: dict[str, str]) -> None:
    """Without one, a second attempt would be a second order."""
    items = [{"product_id": lamp.id, "quantity": 1}]

    assert client.post("/orders", json={"items": items}, headers=headers).status_code == 422


def test_an_order_is_read_by_its_id(client: TestClient, lamp: Product) -> None:
    """The same that was answered when it was placed."""
    placed = order(client, {lamp.id: 3}).json()

    answer = client.get(f"/orders/{placed['id']}")

    assert (answer.status_code, answer.json()) == (200, placed)


def test_an_order_keeps_the_price_of_its_day(client: TestClient, session: Session, lamp: Product) -> None:
    """What a product costs tomorrow changes no order of today."""
    placed = order(client, {lamp.id: 3}).json()

    lamp.price = lamp.price * 2
    session.commit()

    assert client.get(f"/orders/{placed['id']}").json()["total"] == "0.30"


def test_an_order_that_is_not_there_is_404(client: TestClient) -> None:
    """A sentence says which id it was."""
    answer = client.get("/orders/2147483647")

    assert answer.status_code == 404
    assert answer.json() == {"detail": "There is no order 2147483647."}


@pytest.mark.parametrize("order_id", ["0", "2147483648"])
def test_an_order_id_that_cannot_be_is_422(client: TestClient, order_id: str) -> None:
    """An id fits into its column, or the database is not asked."""
    assert client.get(f"/orders/{order_id}").status_code == 422


def test_placing_has_asked_the_database_for_everything(session: Session, lamp: Product) -> None:
    """What it returns was sent, items and all: no refusal comes later than the call."""
    placed = orders.place(session, uuid4(), {lamp.id: 3})

    assert [*session.connection().scalars(select(OrderItem.quantity))] == [3]
    assert placed not in session.dirty


def test_placing_leaves_the_end_of_the_transaction_to_the_caller(connection: Connection, lamp: Product) -> None:
    """Who calls `place` may still take it back."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        orders.place(session, uuid4(), {lamp.id: 3})
        session.rollback()

        assert session.get_one(Product, lamp.id).stock == 10
