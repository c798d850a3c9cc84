"""Registering an existing user is refused: write the test that proves it."""

from fastapi.testclient import TestClient

ADA = {"username": "ada", "password": "secret", "fullname": "Ada Lovelace"}
IMPOSTOR = {"username": "ada", "password": "other", "fullname": "Ada Impostor"}
ALAN = {"username": "alan", "password": "secret", "fullname": "Alan Turing"}
EDSGER = {"username": "edsger", "password": "secret", "fullname": "Edsger Dijkstra"}


def test_registering_an_existing_user_is_refused(client: TestClient) -> None:
    """A username can be registered once, whatever else the second request says."""
    assert client.post("/users/register", json=ADA).status_code == 201

    response = client.post("/users/register", json=IMPOSTOR)

    assert response.status_code == 409
    assert "ada" in response.json()["detail"]


def test_another_user_is_welcome(client: TestClient) -> None:
    """A username that nobody has is registered, even when the password is the same."""
    assert client.post("/users/register", json=ALAN).status_code == 201
    assert client.post("/users/register", json=EDSGER).status_code == 201
