"""POST /login: the requirements, one test each."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from fastauth import crud
from fastauth.models import UserInfo
from fastauth.passwords import Passwords
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
def old_grace(session: Session) -> UserInfo:
    """Grace, registered in the days when passwords lay in the clear."""
    row = UserInfo(**GRACE)
    session.add(row)
    session.commit()
    return row


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
    """Whoever registers over HTTP logs in over HTTP."""
    client.post("/users/register", json=GRACE)

    assert client.post("/login", data=LOGIN).status_code == 200


@pytest.mark.usefixtures("grace")
def test_a_wrong_password_is_refused(client: TestClient) -> None:
    """The answer is 401, and says how to authenticate."""
    response = client.post("/login", data=LOGIN | {"password": "fortran"})

    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    assert response.json() == {"detail": "Wrong username or password"}


@pytest.mark.usefixtures("grace")
def test_unknown_user_and_wrong_password_are_alike(client: TestClient) -> None:
    """Status, headers and body are the same: the answer does not tell who is registered."""
    wrong = client.post("/login", data=LOGIN | {"password": "fortran"})
    unknown = client.post("/login", data=LOGIN | {"username": "ada"})

    assert (wrong.status_code, wrong.headers, wrong.content) == (unknown.status_code, unknown.headers, unknown.content)


@pytest.mark.usefixtures("old_grace")
def test_a_user_from_before_can_log_in(client: TestClient) -> None:
    """A password that still lies in the clear is right, now and after it was hashed."""
    answers = [client.post("/login", data=LOGIN) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_a_login_puts_a_hash_in_the_place_of_a_clear_password(
    client: TestClient, old_grace: UserInfo, session: Session
) -> None:
    """After the first login the table no longer holds the password."""
    client.post("/login", data=LOGIN)

    session.refresh(old_grace)
    assert old_grace.password.startswith("$argon2id$")


def test_a_failed_login_changes_nothing(client: TestClient, old_grace: UserInfo, session: Session) -> None:
    """A row from before stays as it was when the password is wrong."""
    response = client.post("/login", data=LOGIN | {"password": "fortran"})

    session.refresh(old_grace)
    assert (response.status_code, old_grace.password) == (401, "cobol")


def test_a_stolen_hash_does_not_log_in(client: TestClient, grace: UserInfo) -> None:
    """Whoever has read the table cannot log in with what stands there."""
    assert client.post("/login", data=LOGIN | {"password": grace.password}).status_code == 401


def test_login_wants_a_form(client: TestClient) -> None:
    """OAuth2 sends a form; JSON is 422."""
    assert client.post("/login", json=LOGIN).status_code == 422


@pytest.mark.parametrize("field", ["username", "password"])
def test_login_names_the_missing_field(client: TestClient, field: str) -> None:
    """Without one of its fields the form is 422."""
    response = client.post("/login", data={name: value for name, value in LOGIN.items() if name != field})

    assert response.status_code == 422
    assert [error["loc"] for error in response.json()["detail"]] == [["body", field]]


def test_a_name_that_cannot_be_registered_is_refused(client: TestClient) -> None:
    """A NUL, which PostgreSQL does not take, is 422 and not a server error."""
    assert client.post("/login", data=LOGIN | {"username": "gra\0ce"}).status_code == 422


def test_login_documents_its_answers(client: TestClient) -> None:
    """The OpenAPI description knows the three answers to a login, and that the token is a bearer token."""
    description = client.get("/openapi.json").json()

    assert sorted(description["paths"]["/login"]["post"]["responses"]) == ["200", "401", "422"]
    assert description["components"]["schemas"]["Token"]["properties"]["token_type"]["const"] == "bearer"


def test_the_documentation_offers_to_log_in(client: TestClient) -> None:
    """The OpenAPI description knows that a token comes from POST /login."""
    schemes = client.get("/openapi.json").json()["components"]["securitySchemes"]

    assert [scheme["flows"]["password"]["tokenUrl"] for scheme in schemes.values()] == ["login"]
