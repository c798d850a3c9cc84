"""What is stored: one class per table."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.database import Base

MONEY = Numeric(10, 2)


class Product(Base):
    """Something for sale, and how many units of it there are."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("price >= 0", name="product_price_check"),
        CheckConstraint("stock >= 0", name="product_stock_check"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    price: Mapped[Decimal] = mapped_column(MONEY)
    stock: Mapped[int]


class OrderItem(Base):
    """So many units of a product in an order, at the price of that day."""

    __tablename__ = "order_item"
    __table_args__ = (CheckConstraint("quantity > 0", name="order_item_quantity_check"),)

    order_id: Mapped[int] = mapped_column(ForeignKey("customer_order.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    quantity: Mapped[int]
    price: Mapped[Decimal] = mapped_column(MONEY)


class Order(Base):
    """What somebody has ordered; `key` is the customer's own, the same for each attempt to place it."""

    __tablename__ = "customer_order"  # ORDER is a word of SQL

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[UUID] = mapped_column(unique=True)
    cancelled: Mapped[bool] = mapped_column(server_default=false())
    items: Mapped[list[OrderItem]] = relationship(order_by=OrderItem.product_id)

    @property
    def total(self) -> Decimal:
        """What all of it costs."""
        return sum((item.quantity * item.price for item in self.items), Decimal("0.00"))
