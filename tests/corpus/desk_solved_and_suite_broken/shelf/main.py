"""The HTTP interface."""

from fastapi import FastAPI

app = FastAPI(title="shelf")


@app.get("/hello/{name}")
def hello(name: str) -> dict[str, str]:
    """Greet whoever asks."""
    return {"message": f"hello, {name}"}
