"""What is stored: one class per table."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import DateTime, Dialect, Enum, ForeignKey, String, Text, TypeDecorator, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.database import Base


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, in UTC on every database: SQLite stores no offset, PostgreSQL answers in the session's time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What is sent."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What was stored."""
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


class Status(StrEnum):
    """How far a post has come with those who review it."""

    NEW = "new"
    REVIEWED = "reviewed"
    ARCHIVED = "archived"


# A text with a CHECK, the same on both databases: what it allows can be changed without a new type.
STATUS = Enum(
    Status,
    name="status",
    native_enum=False,
    create_constraint=True,
    values_callable=lambda statuses: [one.value for one in statuses],
)

UNIQUE_USERNAME = UniqueConstraint("username", name="users_username_key")
UNIQUE_EMAIL = UniqueConstraint("email", name="users_email_key")


class User(Base):
    """Somebody who may write posts."""

    __tablename__ = "users"
    __table_args__ = (UNIQUE_USERNAME, UNIQUE_EMAIL)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(50))
    email: Mapped[str] = mapped_column(String(254))
    password: Mapped[str] = mapped_column(String(200))  # the hash of it
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, server_default=func.now())

    # Whether a user with posts may go is for the database to say: the session leaves the posts alone.
    posts: Mapped[list["Post"]] = relationship(
        back_populates=lambda: Post.owner, order_by=lambda: Post.id, passive_deletes="all"
    )


class Post(Base):
    """What a user has written."""

    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text)
    published: Mapped[bool] = mapped_column(default=False)
    status: Mapped[Status] = mapped_column(STATUS, server_default=Status.NEW)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, server_default=func.now(), onupdate=func.now())
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)

    owner: Mapped[User] = relationship(back_populates=lambda: User.posts)
