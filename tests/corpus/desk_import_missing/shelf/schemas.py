"""What goes over the wire."""

from pydantic import BaseModel


class Greeting(BaseModel):
    """What whoever asks gets."""

    message: str
