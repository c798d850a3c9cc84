"""Items are stored and found again."""

from fastapi.testclient import TestClient


def test_a_stored_item_is_found_again(client: TestClient) -> None:
    """POST /items answers 201, and GET finds the item."""
    response = client.post("/items", json={"name": "cup", "price": 350})

    assert response.status_code == 201
    assert client.get("/items/cup").json() == {"name": "cup", "price": 350}


def test_an_unknown_item_is_not_found(client: TestClient) -> None:
    """GET of a name that nobody stored answers 404."""
    assert client.get("/items/cup").status_code == 404
