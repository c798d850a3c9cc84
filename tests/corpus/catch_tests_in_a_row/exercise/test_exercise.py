"""A name that is taken is refused."""

from fastapi.testclient import TestClient

names = ["cup"]


def test_a_name_is_free(client: TestClient) -> None:
    """POST /items with a new name answers 201."""
    assert client.post("/items", json={"name": names.pop(), "price": 350}).status_code == 201


def test_a_taken_name_is_refused(client: TestClient) -> None:
    """POST /items with a taken name answers 409."""
    assert names == ["cup"]
    assert client.post("/items", json={"name": names[0], "price": 350}).status_code == 201
    assert client.post("/items", json={"name": names[0], "price": 1}).status_code == 409
