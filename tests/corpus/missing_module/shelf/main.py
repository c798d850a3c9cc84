"""The HTTP interface."""

from fastapi import FastAPI

import shelf.greetings

app = FastAPI(title="shelf")


@app.get("/hello")
def hello() -> dict[str, str]:
    """Greet whoever asks."""
    return {"message": shelf.greetings.HELLO}
