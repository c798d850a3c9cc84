"""Products are offered, and read with their stock."""

import json

import pytest
from fastapi.testclient import TestClient

LAMP = {"name": "lamp", "price": "9.90", "stock": 3}
JSON = {"Content-Type": "application/json"}


def test_a_product_is_created_with_an_id(client: TestClient) -> None:
    """201, with the price as a text that no float has touched."""
    answer = client.post("/products", json=LAMP)

    assert answer.status_code == 201
    assert answer.json() == LAMP | {"id": answer.json()["id"]}


def test_a_product_is_read_by_its_id(client: TestClient) -> None:
    """The same that was created."""
    created = client.post("/products", json=LAMP).json()

    answer = client.get(f"/products/{created['id']}")

    assert answer.status_code == 200
    assert answer.json() == created


def test_a_product_that_is_not_there_is_404(client: TestClient) -> None:
    """A sentence says which id it was."""
    answer = client.get("/products/2147483647")

    assert answer.status_code == 404
    assert answer.json() == {"detail": "There is no product 2147483647."}


@pytest.mark.parametrize("product_id", ["0", "-1", "2147483648", "1e3", "lamp"])
def test_an_id_that_cannot_be_is_422(client: TestClient, product_id: str) -> None:
    """An id fits into its column, or the database is not asked."""
    assert client.get(f"/products/{product_id}").status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"name": "la\x00mp"},
        {"name": "\ud800"},
        {"price": "-0.01"},
        {"price": "9.999"},
        {"price": "123456789.00"},
        {"price": "Infinity"},
        {"price": "٣"},
        {"price": "9."},
        {"price": 9.9},
        {"price": None},
        {"stock": -1},
        {"stock": 1_000_001},
        {"stock": True},
        {"stock": "3"},
        {"stock": 2.5},
    ],
    ids=str,
)
def test_a_product_that_makes_no_sense_is_422(client: TestClient, wrong: dict[str, object]) -> None:
    """Each field has its bounds."""
    body = json.dumps(LAMP | wrong)

    assert client.post("/products", content=body, headers=JSON).status_code == 422


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize("field", ["price", "stock"])
def test_a_number_that_json_does_not_know_is_422(client: TestClient, field: str, value: str) -> None:
    """The refusal does not repeat what it cannot write."""
    body = json.dumps(LAMP | {field: "?"}).replace('"?"', value)

    answer = client.post("/products", content=body, headers=JSON)

    assert answer.status_code == 422
    assert {tuple(one) for one in answer.json()["detail"]} == {("type", "loc", "msg")}


@pytest.mark.parametrize(
    "right",
    [{"name": "x" * 100}, {"price": "0"}, {"price": "99999999.99"}, {"stock": 3.0}, {"stock": 0}, {"stock": 1_000_000}],
    ids=str,
)
def test_the_bounds_themselves_are_fine(client: TestClient, right: dict[str, object]) -> None:
    """The longest name, the lowest and the highest price, the smallest and the largest stock."""
    assert client.post("/products", json=LAMP | right).status_code == 201
