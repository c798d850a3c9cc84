"""What goes over the wire."""

import re
from collections import Counter
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

MAX_ID = 2**31 - 1  # of a column of the type integer
MONEY = r"^[0-9]{1,8}(\.[0-9]{1,2})?$"


def number(value: object) -> object:
    """Refuse true and "3", which pydantic would take for numbers."""
    if isinstance(value, bool | str):
        raise ValueError("must be a number")
    return value


def money(value: object) -> object:
    """Refuse what is not written as a text: many clients make a float of a JSON number, and a float is not exact."""
    if not isinstance(value, str) or not re.fullmatch(MONEY, value):
        raise ValueError('must be a text like "9.90"')
    return value


Name = Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", max_length=100)]  # PostgreSQL stores no NUL in a text
Price = Annotated[Decimal, BeforeValidator(money), WithJsonSchema({"type": "string", "pattern": MONEY})]
Id = Annotated[int, Field(ge=1, le=MAX_ID), BeforeValidator(number)]
Stock = Annotated[int, Field(ge=0, le=1_000_000), BeforeValidator(number)]
Quantity = Annotated[int, Field(ge=1, le=1_000), BeforeValidator(number)]


class ProductCreate(BaseModel):
    """A new product."""

    name: Name
    price: Price
    stock: Stock


class ProductRead(BaseModel):
    """A product as customers see it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    price: Decimal
    stock: int


class ItemCreate(BaseModel):
    """So many units of a product."""

    product_id: Id
    quantity: Quantity


class OrderCreate(BaseModel):
    """What a customer wants, all of it or nothing."""

    items: Annotated[list[ItemCreate], Field(min_length=1, max_length=50)]

    def quantities(self) -> Counter[int]:
        """How many units of each product; two lines with one product are added up."""
        wanted: Counter[int] = Counter()
        for item in self.items:
            wanted[item.product_id] += item.quantity
        return wanted


class ItemRead(BaseModel):
    """A line of an order, at the price of that day."""

    model_config = ConfigDict(from_attributes=True)

    product_id: int
    quantity: int
    price: Decimal


class OrderRead(BaseModel):
    """An order, and what it costs."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    items: list[ItemRead]
    total: Decimal


class Problem(BaseModel):
    """Why a request was refused."""

    detail: str
