"""The HTTP interface."""

from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy.orm import Session

from shelf.database import get_session
from shelf.models import Item

app = FastAPI(title="shelf")


class Thing(BaseModel):
    """An item as it goes over the wire."""

    name: str
    price: int


@app.get("/hello")
def hello() -> dict[str, str]:
    """Greet whoever asks."""
    return {"message": "hello, world"}


@app.post("/items", status_code=201)
def store(thing: Thing, session: Annotated[Session, Depends(get_session)]) -> Thing:
    """Put a new item on the shelf."""
    if item := session.get(Item, thing.name):
        item.price = thing.price
        session.commit()
        raise HTTPException(409, "This name is taken.")
    session.add(Item(name=thing.name, price=thing.price))
    session.commit()
    return thing


@app.get("/items/{name}")
def fetch(name: str, session: Annotated[Session, Depends(get_session)]) -> Thing:
    """Look at one item."""
    item = session.get(Item, name)
    if item is None:
        raise HTTPException(404, "No such item.")
    return Thing(name=item.name, price=item.price)
