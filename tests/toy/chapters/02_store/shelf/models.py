"""The table."""

from sqlalchemy.orm import Mapped, mapped_column

from shelf.database import Base


class Item(Base):
    """A thing on the shelf; its price is in cents."""

    __tablename__ = "item"

    name: Mapped[str] = mapped_column(primary_key=True)
    price: Mapped[int]
