"""The HTTP interface."""

from fastapi import FastAPI

application = FastAPI(title="shelf")


@application.get("/hello")
def hello() -> dict[str, str]:
    """Greet whoever asks."""
    return {"message": "hello, world"}
