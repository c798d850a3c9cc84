"""POST /users/register: the requirements, one test each."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from fastauth import crud

GRACE = {"username": "grace", "password": "cobol", "fullname": "Grace Hopper"}


def test_registration_cannot_be_read(client: TestClient) -> None:
    """GET /users/register is not allowed."""
    assert client.get("/users/register").status_code == 405


def test_registration_wants_a_body(client: TestClient) -> None:
    """Without a body the answer is 422, and it says that the body is missing."""
    response = client.post("/users/register")

    assert response.status_code == 422
    assert [(error["type"], error["loc"]) for error in response.json()["detail"]] == [("missing", ["body"])]


def test_registration_names_the_missing_fields(client: TestClient) -> None:
    """With an empty body the answer is 422, and it names all three fields."""
    response = client.post("/users/register", json={})

    assert response.status_code == 422
    assert [error["loc"][-1] for error in response.json()["detail"]] == ["username", "password", "fullname"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("username", "g" * 51, id="username-too-long"),
        pytest.param("fullname", "Grace\0", id="fullname-with-nul"),
    ],
)
def test_registration_refuses_what_cannot_be_stored(client: TestClient, field: str, value: str) -> None:
    """A value that the table cannot hold is 422, not a server error."""
    response = client.post("/users/register", json=GRACE | {field: value})

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", field]


def test_registration_documents_its_answers(client: TestClient) -> None:
    """The OpenAPI description knows the three answers to a registration."""
    operation = client.get("/openapi.json").json()["paths"]["/users/register"]["post"]

    assert sorted(operation["responses"]) == ["201", "409", "422"]


def test_a_refusal_is_documented_with_its_detail(client: TestClient) -> None:
    """The OpenAPI description says that a problem always has a detail."""
    assert client.get("/openapi.json").json()["components"]["schemas"]["Problem"]["required"] == ["detail"]


def test_registration_answers_201_and_the_user(client: TestClient) -> None:
    """A new user is created and comes back without the password."""
    response = client.post("/users/register", json=GRACE)

    assert response.status_code == 201
    assert response.json() == {"username": "grace", "fullname": "Grace Hopper"}


def test_registration_refuses_an_existing_user(client: TestClient) -> None:
    """A username can be registered once, whatever else the second request says."""
    first = client.post("/users/register", json=GRACE)

    response = client.post("/users/register", json=GRACE | {"fullname": "Grace Impostor"})

    assert (first.status_code, response.status_code) == (201, 409)
    assert response.json() == {"detail": "The username grace is taken."}


def test_registration_stores_the_user(client: TestClient, session: Session) -> None:
    """After the request, the row is in the database."""
    client.post("/users/register", json=GRACE)

    assert crud.get_user_by_username(session, "grace") is not None


def test_registration_accepts_the_longest_username(client: TestClient) -> None:
    """A username of 50 characters fits."""
    assert client.post("/users/register", json=GRACE | {"username": "g" * 50}).status_code == 201
