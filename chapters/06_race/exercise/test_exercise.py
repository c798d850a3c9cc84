"""Ada, ada and ADA are one name: whoever registers it first has it in every spelling, and keeps the spelling typed."""

import httpx2
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fastauth import crud
from fastauth.models import UserInfo
from fastauth.schemas import UserCreate
from tests.conftest import register_at_once

ADA = {"username": "Ada", "password": "engine", "fullname": "Ada Lovelace"}


def test_a_name_is_taken_in_every_spelling(client: TestClient) -> None:
    """Once Ada has registered, ADA is refused."""
    answers = [client.post("/users/register", json=ADA | {"username": name}) for name in ("Ada", "ADA")]

    assert [answer.status_code for answer in answers] == [201, 409]


def test_a_name_is_taken_as_it_was_typed(client: TestClient) -> None:
    """Once Ada has registered, Ada is refused."""
    answers = [client.post("/users/register", json=ADA | {"username": name}) for name in ("Ada", "Ada")]

    assert [answer.status_code for answer in answers] == [201, 409]


def test_two_names_are_both_welcome(client: TestClient) -> None:
    """Once Ada has registered, Grace and Adam are as welcome as before."""
    answers = [client.post("/users/register", json=ADA | {"username": name}) for name in ("Ada", "Grace", "Adam")]

    assert [answer.status_code for answer in answers] == [201, 201, 201]


@pytest.mark.usefixtures("inserts_meet")
def test_two_spellings_at_the_same_moment_have_one_winner(server: httpx2.Client) -> None:
    """Two clients who found the name free register it in two spellings: one 201, one 409."""
    assert register_at_once(server, ["Ada", "ada"]) == [201, 409]


def test_the_server_knows_that_two_spellings_are_one_name(session: Session) -> None:
    """The table itself refuses a second spelling, whatever the app does."""
    for username in ("Ada", "ada"):
        session.add(UserInfo(**ADA | {"username": username}))

    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize("spelling", ["Ada", "ada", "ADA"])
def test_a_user_is_found_in_every_spelling(session: Session, spelling: str) -> None:
    """A lookup finds the user, whatever the case of its letters."""
    session.add(UserInfo(**ADA))
    session.flush()

    found = crud.get_user_by_username(session, spelling)

    assert found is not None
    assert found.fullname == "Ada Lovelace"


@pytest.mark.parametrize("spelling", ["McCoy", "mccoy", "MCCOY", "Mccoy", "mcCOY"])
def test_a_capital_inside_a_name_counts_as_little(session: Session, spelling: str) -> None:
    """Whoever has a capital inside the name is found in every spelling too."""
    session.add(UserInfo(**ADA | {"username": "McCoy"}))
    session.flush()

    found = crud.get_user_by_username(session, spelling)

    assert found is not None
    assert found.username == "McCoy"


def test_a_name_is_kept_as_it_was_typed(client: TestClient, session: Session) -> None:
    """The answer and the table have the name in the spelling of whoever registered."""
    answer = client.post("/users/register", json=ADA)

    found = crud.get_user_by_username(session, "Ada")
    assert found is not None
    assert [answer.json()["username"], found.username] == ["Ada", "Ada"]


@pytest.mark.parametrize("lookalike", ["a_a", "a%", "a.a", "Ad.", "A-a", "ad", "adam", "Ada "])
def test_only_the_case_of_letters_is_ignored(session: Session, lookalike: str) -> None:
    """A lookup takes every other character at its word."""
    session.add(UserInfo(**ADA))
    session.flush()

    assert crud.get_user_by_username(session, lookalike) is None


def test_another_rule_of_the_table_is_another_error(session: Session) -> None:
    """A row that is refused for another reason is no taken name, whatever words the message holds."""
    names = [str(index["name"]) for index in inspect(session.connection()).get_indexes("user_info")]
    session.execute(text("CREATE UNIQUE INDEX one_username_each ON user_info (fullname)"))
    words = " ".join(["username", *names])[:100]
    crud.create_user(session, UserCreate.model_validate(ADA | {"fullname": words}))

    with pytest.raises(IntegrityError):
        crud.create_user(session, UserCreate.model_validate(ADA | {"username": "Grace", "fullname": words}))
