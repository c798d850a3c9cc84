"""Registering an existing user is refused: write the test that proves it."""

from fastapi.testclient import TestClient

ADA = {"username": "ada", "password": "secret", "fullname": "Ada Lovelace"}


def test_registering_an_existing_user_is_refused(client: TestClient) -> None:
    """A username can be registered once."""

    def register(**changes: str) -> int:
        return client.post("/users/register", json=ADA | changes).status_code

    assert register() == 201
    assert register() == 409
    assert register(password="other") == 409
    assert register(username="grace") == 201
