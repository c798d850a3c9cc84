"""What is stored: one class per table."""

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from fastauth.database import Base

UNIQUE_USERNAME = "user_info_username_key"


class UserInfo(Base):
    """Somebody who has registered."""

    __tablename__ = "user_info"
    __table_args__ = (Index(UNIQUE_USERNAME, text("lower(username)"), unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(50))
    password: Mapped[str] = mapped_column(String(200))
    fullname: Mapped[str] = mapped_column(String(100))
