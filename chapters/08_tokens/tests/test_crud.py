"""Users are stored and found again."""

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fastauth import crud
from fastauth.models import UserInfo
from fastauth.schemas import UserCreate

ADA = UserCreate.model_validate({"username": "ada", "password": "secret", "fullname": "Ada Lovelace"})


def test_a_created_user_has_an_id(session: Session) -> None:
    """The server gives the new row its id."""
    assert crud.create_user(session, ADA, "hash").id > 0


def test_a_created_user_is_found_by_username(session: Session) -> None:
    """What was stored is read back from the server, not from the session's memory."""
    crud.create_user(session, ADA, "hash")
    session.expire_all()

    found = crud.get_user_by_username(session, "ada")

    assert found is not None
    assert (found.username, found.password, found.fullname) == ("ada", "hash", "Ada Lovelace")


def test_creating_a_user_leaves_the_commit_to_the_caller(session: Session) -> None:
    """Whoever calls it may still roll back."""
    commits: list[Session] = []
    event.listen(session, "after_commit", commits.append)

    crud.create_user(session, ADA, "hash")

    assert len(commits) == 0


def test_an_unknown_username_is_nobody(session: Session) -> None:
    """Looking for a user who never registered finds None."""
    crud.create_user(session, ADA, "hash")

    assert crud.get_user_by_username(session, "nobody") is None


def test_a_created_user_is_found_by_id(session: Session) -> None:
    """The id leads back to the user."""
    created = crud.create_user(session, ADA, "hash")
    session.expire_all()

    found = crud.get_user(session, created.id)

    assert found is not None
    assert found.username == "ada"


def test_an_unknown_id_is_nobody(session: Session) -> None:
    """Looking for an id that nobody has finds None."""
    created = crud.create_user(session, ADA, "hash")

    assert crud.get_user(session, created.id + 1) is None


def test_a_taken_username_is_refused(session: Session) -> None:
    """The second user of the same name is UsernameTakenError, and says which name."""
    crud.create_user(session, ADA, "hash")

    with pytest.raises(crud.UsernameTakenError, match="ada"):
        crud.create_user(session, ADA, "hash")


def test_another_violation_is_not_a_taken_username(session: Session) -> None:
    """A row that another constraint refuses stays an IntegrityError: here the server hands out an id that is in use."""
    next_id = crud.create_user(session, ADA, "hash").id + 1
    session.add(UserInfo(id=next_id, username="grace", password="cobol", fullname="Grace Hopper"))

    with pytest.raises(IntegrityError, match="user_info_pkey"):
        crud.create_user(session, ADA.model_copy(update={"username": "alan"}), "hash")
