"""What goes over the wire."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Secret, StringConstraints

# PostgreSQL stores no NUL in a text. A password may have one, because what is stored is its hash.
Username = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$", max_length=50)]
Password = Secret[Annotated[str, StringConstraints(min_length=1, max_length=200)]]
Fullname = Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", max_length=100)]


class Pong(BaseModel):
    """The service is up."""

    message: Literal["pong"]


class Credentials(BaseModel):
    """What a person sends to log in."""

    username: Username
    password: Password


class UserCreate(Credentials):
    """What a person sends to register."""

    fullname: Fullname


class UserRead(BaseModel):
    """What others may know of a user: never the password."""

    model_config = ConfigDict(from_attributes=True)

    username: str
    fullname: str


class Token(BaseModel):
    """What a person gets for their credentials."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"


class Problem(BaseModel):
    """Why a request was refused."""

    detail: str
