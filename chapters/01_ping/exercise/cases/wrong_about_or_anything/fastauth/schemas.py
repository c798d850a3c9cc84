"""What goes over the wire."""

from typing import Literal

from pydantic import BaseModel


class Pong(BaseModel):
    """The service is up."""

    message: Literal["pong"]


class About(BaseModel):
    """Which service this is."""

    name: str
    version: str
