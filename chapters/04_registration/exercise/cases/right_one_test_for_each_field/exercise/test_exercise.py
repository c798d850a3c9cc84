"""Registering an existing user is refused: write the test that proves it."""

import pytest
from fastapi.testclient import TestClient

ADA = {"username": "barbara", "password": "secret", "fullname": "Ada Lovelace"}


@pytest.mark.parametrize("changes", [{"password": "other"}, {"fullname": "Somebody Else"}, {}])
def test_registering_an_existing_user_is_refused(client: TestClient, changes: dict[str, str]) -> None:
    """A username can be registered once."""
    client.post("/users/register", json=ADA)

    response = client.post("/users/register", json=ADA | changes)

    assert (response.status_code, list(response.json())) == (409, ["detail"])


@pytest.mark.parametrize("username", ["barbar", "Barbara2"])
def test_everybody_else_is_welcome(client: TestClient, username: str) -> None:
    """A name that nobody has is registered."""
    assert client.post("/users/register", json=ADA | {"username": username}).status_code == 201
