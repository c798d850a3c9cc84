"""A name that is taken is refused."""

from fastapi.testclient import TestClient


def test_a_taken_name_is_refused(client: TestClient) -> None:
    """POST /items with a taken name answers 409."""
    client.post("/items", json={"name": "cup", "price": 350})
    answer = client.post("/items", json={"name": "cup", "price": 1})
    assert (answer.status_code == 409, "a second cup")
