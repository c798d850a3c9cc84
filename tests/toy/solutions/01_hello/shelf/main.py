"""The HTTP interface."""

from fastapi import FastAPI

app = FastAPI(title="shelf")


@app.get("/hello")
def hello() -> dict[str, str]:
    """Greet whoever asks."""
    return {"message": "hello, world"}


@app.get("/hello/{name}")
def hello_by_name(name: str) -> dict[str, str]:
    """Greet a person."""
    return {"message": f"hello, {name}"}
