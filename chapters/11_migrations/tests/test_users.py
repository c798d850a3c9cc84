"""Users are added and read, on both databases."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from blog import crud
from blog.models import User
from blog.passwords import get_password_hash
from blog.schemas import UserCreate

GRACE = {"username": "grace", "email": "grace@example.org", "password": "cobol-1959"}


def test_a_new_user_is_answered_without_address_and_password(client: TestClient) -> None:
    """POST /users answers 201 with what others may know."""
    response = client.post("/users", json=GRACE)

    assert response.status_code == 201
    assert set(response.json()) == {"id", "username", "created_at"}
    assert response.json()["username"] == "grace"


def test_a_new_user_is_read_again(client: TestClient) -> None:
    """GET /users/{id} answers what POST answered: the row was committed."""
    created = client.post("/users", json=GRACE).json()

    response = client.get(f"/users/{created['id']}")

    assert (response.status_code, response.json()) == (200, created)


def test_the_table_holds_a_hash(client: TestClient, session: Session) -> None:
    """Every column of the row is as sent, except the password: of that there is a hash."""
    client.post("/users", json=GRACE)

    user = session.query(User).one()
    assert (user.username, user.email) == ("grace", "grace@example.org")
    assert user.password.startswith("$argon2id$")


@pytest.mark.parametrize(("same", "said"), [("username", "That username is taken."), ("email", "That email is taken.")])
def test_a_name_or_an_address_is_taken_once(client: TestClient, same: str, said: str) -> None:
    """The second user of the same name, or address, is refused with 409."""
    client.post("/users", json=GRACE)

    response = client.post("/users", json=GRACE | {"username": "ada", "email": "a@b"} | {same: GRACE[same]})

    assert (response.status_code, response.json()) == (409, {"detail": said})


def test_another_violation_is_not_a_taken_name(session: Session, margaret: User) -> None:
    """An id that is in use already is a mistake of ours, and stays visible."""
    user = UserCreate.model_validate(GRACE)
    session.execute(text("CREATE UNIQUE INDEX one_hash_each ON users (password)"))

    with pytest.raises(IntegrityError):
        crud.create_user(session, user, margaret.password)


def test_nobody_is_404(client: TestClient) -> None:
    """An id that was never given out is not found, and the answer says so."""
    response = client.get("/users/2147483647")

    assert (response.status_code, response.json()) == (404, {"detail": "There is no user 2147483647."})


def test_the_smallest_id_is_one(client: TestClient, session: Session) -> None:
    """The first id that a database gives is an id."""
    session.add(User(id=1, username="first", email="f@example.org", password="a hash"))
    session.commit()

    assert client.get("/users/1").status_code == 200


def test_the_service_hashes_with_argon2() -> None:
    """What the tests replace by cheap hashes is there, and costs what pwdlib recommends."""
    assert get_password_hash().hash("cobol-1959").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.parametrize("user_id", ["0", "-1", "2147483648", str(10**20), "margaret"])
def test_what_is_no_id_is_refused(client: TestClient, user_id: str) -> None:
    """What the column cannot hold never gets to the database."""
    assert client.get(f"/users/{user_id}").status_code == 422


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("username", "", id="username-empty"),
        pytest.param("username", "a" * 51, id="username-long"),
        pytest.param("username", "grace\0", id="username-nul"),
        pytest.param("email", "grace", id="email-without-at"),
        pytest.param("email", "grace\0@example.org", id="email-nul"),
        pytest.param("email", "g@" + "e" * 253, id="email-long"),
        pytest.param("password", "", id="password-empty"),
        pytest.param("password", "p" * 201, id="password-long"),
    ],
)
def test_what_a_column_cannot_hold_is_refused(client: TestClient, field: str, value: str) -> None:
    """The same 422 on both databases, before either is asked; it does not repeat what was sent."""
    response = client.post("/users", json=GRACE | {field: value})

    assert response.status_code == 422
    assert [(one["loc"], sorted(one)) for one in response.json()["detail"]] == [
        (["body", field], ["loc", "msg", "type"])
    ]


def test_the_longest_values_fit(client: TestClient) -> None:
    """A value as long as its column is stored."""
    longest = {"username": "u" * 50, "email": "e@" + "x" * 252, "password": "p" * 200}

    assert client.post("/users", json=longest).status_code == 201
