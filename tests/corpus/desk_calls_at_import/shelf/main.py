"""The HTTP interface."""

from fastapi import FastAPI

app = FastAPI(title="shelf")


@app.get("/hello")
def hello() -> dict[str, str]:
    """Greet whoever asks."""
    return {"message": "hello, world"}


def per_head(price: int, heads: int) -> float:
    """What each of them pays."""
    return price / heads


print(per_head(350, 0))
