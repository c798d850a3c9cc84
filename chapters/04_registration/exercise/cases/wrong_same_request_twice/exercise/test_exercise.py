"""Registering an existing user is refused: write the test that proves it."""

from fastapi.testclient import TestClient

ADA = {"username": "ada", "password": "secret", "fullname": "Ada Lovelace"}


def test_registering_an_existing_user_is_refused(client: TestClient) -> None:
    """A username can be registered once."""
    client.post("/users/register", json=ADA)

    assert client.post("/users/register", json=ADA).status_code == 409


def test_another_user_is_welcome(client: TestClient) -> None:
    """A username that nobody has is registered."""
    assert client.post("/users/register", json=ADA | {"username": "grace"}).status_code == 201
