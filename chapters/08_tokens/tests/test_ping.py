"""The service says that it is up."""

from fastapi.testclient import TestClient


def test_ping_answers_pong(client: TestClient) -> None:
    """GET /ping answers 200 and pong."""
    response = client.get("/ping")

    assert response.status_code == 200
    assert response.json() == {"message": "pong"}


def test_ping_answers_get_only(client: TestClient) -> None:
    """POST /ping is not allowed."""
    assert client.post("/ping").status_code == 405


def test_ping_is_documented(client: TestClient) -> None:
    """The OpenAPI description says that /ping answers a Pong."""
    answer = client.get("/openapi.json").json()["paths"]["/ping"]["get"]["responses"]["200"]

    assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Pong"}


def test_an_unknown_path_is_not_found(client: TestClient) -> None:
    """A path that nobody serves answers 404."""
    assert client.get("/pong").status_code == 404


def test_the_service_says_who_it_is(client: TestClient) -> None:
    """The OpenAPI description carries the name and the version of the service."""
    assert client.get("/openapi.json").json()["info"] == {"title": "fastauth", "version": "0.1.0"}
