"""What the tables refuse, whatever the app does."""

from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from shop.models import Order, OrderItem, Product


@pytest.mark.parametrize(
    ("field", "value", "constraint"),
    [("stock", -1, "product_stock_check"), ("price", "-0.01", "product_price_check")],
    ids=["stock", "price"],
)
def test_a_product_is_never_below_zero(session: Session, field: str, value: object, constraint: str) -> None:
    """Neither its stock nor its price."""
    session.add(Product(**{"name": "lamp", "price": "9.90", "stock": 1} | {field: value}))

    with pytest.raises(IntegrityError) as refusal:
        session.flush()
    assert refusal.value.orig.diag.constraint_name == constraint  # type: ignore[union-attr]


def test_a_product_may_be_gone_and_may_be_free(session: Session) -> None:
    """Zero is no error."""
    session.add(Product(name="leaflet", price="0.00", stock=0))

    session.flush()


@pytest.mark.parametrize("quantity", [0, -1])
def test_an_item_has_a_unit_at_least(session: Session, quantity: int) -> None:
    """A line of nothing is none."""
    product = Product(name="lamp", price="9.90", stock=1)
    order = Order(key=uuid4(), items=[])
    session.add_all([product, order])
    session.flush()
    session.add(OrderItem(order_id=order.id, product_id=product.id, quantity=quantity, price=product.price))

    with pytest.raises(IntegrityError) as refusal:
        session.flush()
    assert refusal.value.orig.diag.constraint_name == "order_item_quantity_check"  # type: ignore[union-attr]


def test_a_key_is_used_once(session: Session) -> None:
    """Two orders with one key are refused by the table itself."""
    key = uuid4()
    session.add_all([Order(key=key), Order(key=key)])

    with pytest.raises(IntegrityError, match="customer_order_key_key"):
        session.flush()


@pytest.mark.parametrize("wrong", [{"name": "x" * 101}, {"price": Decimal("100000000.00")}], ids=["name", "price"])
def test_a_product_fits_into_its_columns(session: Session, wrong: dict[str, object]) -> None:
    """A hundred letters, and eight digits before the point."""
    session.add(Product(**{"name": "lamp", "price": "9.90", "stock": 1} | wrong))

    with pytest.raises(DataError):
        session.flush()


def test_money_comes_back_as_it_was_stored(session: Session) -> None:
    """To the cent, as a Decimal."""
    product = Product(name="palace", price=Decimal("99999999.99"), stock=1)
    session.add(product)
    session.commit()

    assert product.price == Decimal("99999999.99")


def test_the_total_of_nothing_is_zero() -> None:
    """Written as money."""
    assert str(Order(items=[]).total) == "0.00"
