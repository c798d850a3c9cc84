"""The OpenAPI description says who the service is, and how it refuses."""

import pytest
from fastapi.testclient import TestClient


def test_the_service_says_who_it_is(client: TestClient) -> None:
    """It has a name and a version."""
    assert client.get("/openapi.json").json()["info"] == {"title": "blog", "version": "0.1.0"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("post", "/users", "409"),
        ("get", "/users/{user_id}", "404"),
        ("get", "/users/{user_id}/posts", "404"),
        ("delete", "/users/{user_id}", "404"),
        ("delete", "/users/{user_id}", "409"),
        ("post", "/posts", "404"),
        ("get", "/posts/{post_id}", "404"),
        ("delete", "/posts/{post_id}", "404"),
    ],
)
def test_a_refusal_is_described(client: TestClient, method: str, path: str, status: str) -> None:
    """A client can read which refusals to expect, and that each comes with a detail."""
    described = client.get("/openapi.json").json()

    answer = described["paths"][path][method]["responses"][status]
    assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert list(described["components"]["schemas"]["Problem"]["properties"]) == ["detail"]
