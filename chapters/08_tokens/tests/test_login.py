"""POST /login: the requirements, one test each."""

import pytest
from fastapi.testclient import TestClient
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.orm import Session

from fastauth import crud
from fastauth.main import app
from fastauth.models import UserInfo
from fastauth.passwords import Passwords, get_passwords
from fastauth.schemas import UserCreate

GRACE = {"username": "grace", "password": "cobol", "fullname": "Grace Hopper"}
LOGIN = {"username": "grace", "password": "cobol"}


@pytest.fixture
def grace(session: Session, passwords: Passwords) -> UserInfo:
    """Grace, registered."""
    user = UserCreate.model_validate(GRACE)
    row = crud.create_user(session, user, passwords.hash(user.password))
    session.commit()
    return row


@pytest.fixture
def dearer() -> None:
    """The service raises the cost of a hash from one pass over the memory to two."""
    passwords = Passwords(Argon2Hasher(time_cost=2, memory_cost=8, parallelism=1))
    app.dependency_overrides[get_passwords] = lambda: passwords


def cost(user: UserInfo) -> str:
    """The cost that a stored hash was made with."""
    return user.password.split("$")[3]


@pytest.mark.usefixtures("grace")
def test_login_answers_a_bearer_token(client: TestClient) -> None:
    """Username and password are exchanged for a token."""
    response = client.post("/login", data=LOGIN)

    assert response.status_code == 200
    assert response.json()["token_type"] == "bearer"


@pytest.mark.usefixtures("grace")
def test_the_token_says_who_is_logged_in(client: TestClient) -> None:
    """With the token, GET /users/me answers the user without the password."""
    token = client.post("/login", data=LOGIN).json()["access_token"]

    response = client.get("/users/me", headers={"Authorization": f"Bearer {token}"})

    assert response.status_code == 200
    assert response.json() == {"username": "grace", "fullname": "Grace Hopper"}


def test_a_registered_user_can_log_in(client: TestClient) -> None:
    """A user who registers over HTTP logs in over HTTP."""
    client.post("/users/register", json=GRACE)

    assert client.post("/login", data=LOGIN).status_code == 200


@pytest.mark.usefixtures("grace")
@pytest.mark.parametrize("password", ["fortran", "cobo", "cobol ", "COBOL", "*" * 10])
def test_a_wrong_password_is_refused(client: TestClient, password: str) -> None:
    """Any other password is 401, however near it comes, and the answer says how to authenticate."""
    response = client.post("/login", data=LOGIN | {"password": password})

    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    assert response.json() == {"detail": "Wrong username or password"}


def test_long_passwords_differ_to_the_last_character(client: TestClient) -> None:
    """No part of a password is cut off: of 200 characters the last one counts too."""
    client.post("/users/register", json=GRACE | {"password": "c" * 200})

    answers = [client.post("/login", data=LOGIN | {"password": "c" * 199 + last}) for last in "cd"]

    assert [answer.status_code for answer in answers] == [200, 401]


@pytest.mark.usefixtures("grace")
def test_the_password_of_another_user_is_refused(client: TestClient) -> None:
    """Ada's password doesn't open Grace's account."""
    client.post("/users/register", json=GRACE | {"username": "ada", "password": "engine"})

    assert client.post("/login", data=LOGIN | {"password": "engine"}).status_code == 401


@pytest.mark.usefixtures("grace")
def test_unknown_user_and_wrong_password_are_alike(client: TestClient) -> None:
    """Status, headers and body are the same: the answer doesn't tell who is registered."""
    wrong = client.post("/login", data=LOGIN | {"password": "fortran"})
    unknown = client.post("/login", data=LOGIN | {"username": "ada"})

    assert (wrong.status_code, wrong.headers, wrong.content) == (unknown.status_code, unknown.headers, unknown.content)


@pytest.mark.usefixtures("dearer")
def test_a_login_brings_an_outdated_hash_up_to_date(client: TestClient, grace: UserInfo, session: Session) -> None:
    """When the cost was raised, the next login stores a new hash, and the one after that still succeeds."""
    answers = [client.post("/login", data=LOGIN) for _ in range(2)]

    session.refresh(grace)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert cost(grace) == "m=8,t=2,p=1"


@pytest.mark.usefixtures("dearer")
def test_a_refused_login_changes_nothing(client: TestClient, grace: UserInfo, session: Session) -> None:
    """A wrong password doesn't replace a hash, not even an outdated one."""
    client.post("/login", data=LOGIN | {"password": "fortran"})

    session.refresh(grace)
    assert cost(grace) == "m=8,t=1,p=1"


def test_a_stolen_hash_does_not_log_in(client: TestClient, grace: UserInfo) -> None:
    """What the table holds isn't a password."""
    assert client.post("/login", data=LOGIN | {"password": grace.password}).status_code == 401


def test_a_password_in_the_clear_does_not_log_in(client: TestClient, session: Session) -> None:
    """A row that the one-off command hasn't reached is refused, and is not a server error."""
    session.add(UserInfo(**GRACE))
    session.commit()

    assert client.post("/login", data=LOGIN).status_code == 401


def test_login_wants_a_form(client: TestClient) -> None:
    """OAuth2 sends a form; JSON is 422."""
    assert client.post("/login", json=LOGIN).status_code == 422


@pytest.mark.parametrize("field", ["username", "password"])
def test_login_names_the_missing_field(client: TestClient, field: str) -> None:
    """Without one of its fields a login is 422."""
    response = client.post("/login", data={name: value for name, value in LOGIN.items() if name != field})

    assert response.status_code == 422
    assert [error["loc"] for error in response.json()["detail"]] == [["body", field]]


def test_a_name_that_cannot_be_registered_is_refused(client: TestClient) -> None:
    """A NUL, which PostgreSQL does not take, is 422 and not a server error."""
    assert client.post("/login", data=LOGIN | {"username": "gra\0ce"}).status_code == 422


def test_login_documents_its_answers(client: TestClient) -> None:
    """The OpenAPI description knows the three answers to a login."""
    operation = client.get("/openapi.json").json()["paths"]["/login"]["post"]

    assert sorted(operation["responses"]) == ["200", "401", "422"]


def test_the_documentation_offers_to_log_in(client: TestClient) -> None:
    """The OpenAPI description knows that a token comes from POST /login, so the Authorize button of /docs does too."""
    schemes = client.get("/openapi.json").json()["components"]["securitySchemes"].values()

    assert "login" in [scheme.get("flows", {}).get("password", {}).get("tokenUrl") for scheme in schemes]
