"""A name that is taken is refused."""

import pytest
from fastapi.testclient import TestClient

names = ["cup"]


@pytest.fixture
def name(client: TestClient) -> str:
    """A cup is there."""
    name = names.pop()
    client.post("/items", json={"name": name, "price": 350}).raise_for_status()
    return name


def test_a_taken_name_is_refused(client: TestClient, name: str) -> None:
    """POST /items with a taken name answers 409."""
    assert client.post("/items", json={"name": name, "price": 1}).status_code == 409


def test_the_same_again_is_refused(client: TestClient, name: str) -> None:
    """The same price makes no difference."""
    assert client.post("/items", json={"name": name, "price": 350}).status_code == 409
