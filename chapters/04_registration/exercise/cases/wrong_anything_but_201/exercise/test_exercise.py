"""Registering an existing user is refused: write the test that proves it."""

from fastapi.testclient import TestClient

ADA = {"username": "ada", "password": "secret", "fullname": "Ada Lovelace"}


def test_registering_an_existing_user_is_refused(client: TestClient) -> None:
    """A username can be registered once."""
    client.post("/users/register", json=ADA)

    assert client.post("/users/register", json=ADA | {"password": "other"}).status_code != 201
    assert client.post("/users/register", json=ADA | {"username": "grace"}).status_code == 201
