"""The HTTP interface."""

from fastapi import FastAPI

app = FastAPI(title="shelf")


@app.get("/hello")
def hello() -> Greeting:
    """Greet whoever asks."""
    return {"message": "hello, world"}
