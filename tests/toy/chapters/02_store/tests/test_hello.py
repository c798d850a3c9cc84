"""The service greets."""

from fastapi.testclient import TestClient


def test_hello_greets_the_world(client: TestClient) -> None:
    """GET /hello answers 200 and a greeting."""
    response = client.get("/hello")

    assert response.status_code == 200
    assert response.json() == {"message": "hello, world"}


def test_an_unknown_path_is_not_found(client: TestClient) -> None:
    """A path that nobody serves answers 404."""
    assert client.get("/goodbye").status_code == 404
