"""The HTTP interface."""

from fastapi import FastAPI


@app.get("/hello")
def hello() -> dict[str, str]:
    """Greet whoever asks."""
    return {"message": "hello, world"}


app = FastAPI(title="shelf")
