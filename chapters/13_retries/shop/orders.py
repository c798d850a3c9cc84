"""Placing orders. The caller owns the transaction: nothing here commits, and an error calls for a rollback."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shop.models import Confirmation, Order, OrderItem, Product


class UnknownProductError(Exception):
    """There is no such product."""


class SoldOutError(Exception):
    """There are fewer units than are wanted."""


class KeyReusedError(Exception):
    """The key belongs to an order of something else."""


def place(session: Session, key: UUID, wanted: Mapping[int, int]) -> Order:
    """Store an order of so many units per product, and take them off the stock.

    A key that was used before gives the order that it was used for. Products are taken in the order of their ids, so
    that orders may wait for one another, but never in a circle.
    """
    unless_known = insert(Order).values(key=key).on_conflict_do_nothing(index_elements=[Order.key])
    order: Order | None = session.scalar(unless_known.returning(Order))
    if order is None:
        return repeated(session, key, wanted)
    for product_id, quantity in sorted(wanted.items()):
        price = take(session, product_id, quantity)
        order.items.append(OrderItem(product_id=product_id, quantity=quantity, price=price))
    session.add(Confirmation(order_id=order.id))
    session.flush()
    return order


def take(session: Session, product_id: int, quantity: int) -> Decimal:
    """Take units off the stock, if there are as many; returns the price of one."""
    enough = (Product.id == product_id) & (Product.stock >= quantity)
    taken = update(Product).where(enough).values(stock=Product.stock - quantity).returning(Product.price)
    price = session.scalar(taken)
    if price is not None:
        return price
    if session.get(Product, product_id) is None:
        raise UnknownProductError(product_id)
    raise SoldOutError(product_id)


def repeated(session: Session, key: UUID, wanted: Mapping[int, int]) -> Order:
    """The order that was placed with this key, if it was for the same."""
    order = session.scalars(select(Order).where(Order.key == key)).one()
    if {item.product_id: item.quantity for item in order.items} != wanted:
        raise KeyReusedError(key)
    return order
