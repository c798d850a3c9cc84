"""The HTTP interface."""

from fastapi import FastAPI

from fastauth.schemas import About, Pong

app = FastAPI(title="fastauth", version="0.1.0")


@app.get("/ping")
def ping() -> Pong:
    """Say that the service is up."""
    return Pong(message="pong")


@app.get("/about")
def about() -> About | dict[str, str]:
    """Say which service this is, and in which version."""
    return About(name=app.title, version=app.version)
