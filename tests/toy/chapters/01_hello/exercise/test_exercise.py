"""`GET /hello/{name}` greets a person by name."""

from fastapi.testclient import TestClient


def test_a_person_is_greeted_by_name(client: TestClient) -> None:
    """GET /hello/ada answers 200 and greets ada."""
    response = client.get("/hello/ada")

    assert response.status_code == 200
    assert response.json() == {"message": "hello, ada"}
