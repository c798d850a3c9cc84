"""What is stored: one class per table."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from fastauth.database import Base


class UserInfo(Base):
    """Somebody who has registered."""

    __tablename__ = "user_info"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(50), unique=True)
    password: Mapped[str] = mapped_column(String(200))
    fullname: Mapped[str] = mapped_column(String(100))
