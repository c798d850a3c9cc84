"""What goes over the wire."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

# PostgreSQL stores no NUL in a text.
Username = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$", max_length=50)]
Password = Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", max_length=200)]
Fullname = Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", max_length=100)]


class Pong(BaseModel):
    """The service is up."""

    message: Literal["pong"]


class UserCreate(BaseModel):
    """What a person sends to register."""

    username: Username
    password: Password
    fullname: Fullname


class UserRead(BaseModel):
    """What others may know of a user: never the password."""

    model_config = ConfigDict(from_attributes=True)

    username: str
    fullname: str


class Problem(BaseModel):
    """Why a request was refused."""

    detail: str
