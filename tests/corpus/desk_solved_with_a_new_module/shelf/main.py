"""The HTTP interface."""

from fastapi import FastAPI

from shelf.greetings import greet

app = FastAPI(title="shelf")


@app.get("/hello")
def hello() -> dict[str, str]:
    """Greet whoever asks."""
    return {"message": "hello, world"}


@app.get("/hello/{name}")
def hello_name(name: str) -> dict[str, str]:
    """Greet a person."""
    return {"message": greet(name)}
