"""The HTTP interface."""

import time

from fastapi import FastAPI

app = FastAPI(title="shelf")


@app.get("/hello")
def hello() -> dict[str, str]:
    """Greet whoever asks."""
    time.sleep(3600)
    return {}
