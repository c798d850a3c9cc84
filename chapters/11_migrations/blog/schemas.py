"""What goes over the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Secret, StringConstraints

from blog.models import Status


def number(value: object) -> object:
    """Refuse what Python takes for a number, and JSON doesn't: true is not 1."""
    if isinstance(value, bool | str):
        raise ValueError("Input should be a number")  # of a TypeError, pydantic makes no 422
    return value


# Bounds are those of the columns, on the stricter database. PostgreSQL stores no NUL in a text.
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
Username = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$", max_length=50)]
Email = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x20@]+@[^\x00-\x20@]+$", max_length=254)]
Password = Secret[Annotated[str, StringConstraints(min_length=1, max_length=200)]]
Title = Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", max_length=200)]
Content = Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", max_length=20_000)]


class Ready(BaseModel):
    """The service is up, and so is its database."""

    database: str


class UserCreate(BaseModel):
    """What a person sends to become a user."""

    username: Username
    email: Email
    password: Password


class UserRead(BaseModel):
    """What others may know of a user: neither address nor password."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    username: str
    created_at: datetime


class PostCreate(BaseModel):
    """What a user sends to write a post."""

    title: Title
    content: Content
    published: Annotated[bool, Field(strict=True)] = False
    status: Status = Status.NEW
    owner_id: Annotated[Id, BeforeValidator(number)]


class PostRead(BaseModel):
    """A post."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    content: str
    published: bool
    status: Status
    created_at: datetime
    updated_at: datetime
    owner_id: int


class PostWithOwner(PostRead):
    """A post, and who has written it."""

    owner: UserRead


class UserWithPosts(UserRead):
    """A user, and what the user has written."""

    posts: list[PostRead]


class Problem(BaseModel):
    """Why a request was refused."""

    detail: str
