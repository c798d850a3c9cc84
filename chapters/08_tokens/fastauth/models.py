"""What is stored: one class per table."""

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fastauth.database import Base

UNIQUE_USERNAME = "user_info_username_key"


class UserInfo(Base):
    """Somebody who has registered."""

    __tablename__ = "user_info"
    __table_args__ = (UniqueConstraint("username", name=UNIQUE_USERNAME),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(50))
    password: Mapped[str] = mapped_column(String(200))  # the hash of it
    fullname: Mapped[str] = mapped_column(String(100))
