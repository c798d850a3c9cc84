"""Two more functions for `fastauth/crud.py`.

`list_users(session, limit=100)` returns at most that many users, by username.
`rename_user(session, username, fullname)` changes the full name and returns the user, or None.
Neither commits: that is left to the caller, as in the rest of the module.
"""

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from fastauth import crud
from fastauth.schemas import UserCreate


@pytest.fixture(autouse=True)
def users(session: Session) -> None:
    """Three users, registered in no particular order."""
    for username, fullname in [("grace", "Grace Hopper"), ("ada", "Ada Lovelace"), ("edsger", "Edsger Dijkstra")]:
        crud.create_user(session, UserCreate(username=username, password="secret", fullname=fullname))


def test_users_are_listed_by_username(session: Session) -> None:
    """Everybody is listed, in alphabetical order of the usernames."""
    assert [user.username for user in crud.list_users(session)] == ["ada", "edsger", "grace"]


def test_the_list_keeps_to_its_limit(session: Session) -> None:
    """A limit of two returns the first two."""
    assert [user.username for user in crud.list_users(session, limit=2)] == ["ada", "edsger"]


def test_a_renamed_user_is_stored(session: Session) -> None:
    """The new full name is what the server has, not only what the object says."""
    renamed = crud.rename_user(session, "ada", "Ada King")

    assert renamed is not None
    assert renamed.fullname == "Ada King"
    session.flush()
    session.expire_all()
    found = crud.get_user_by_username(session, "ada")
    assert found is not None
    assert found.fullname == "Ada King"


def test_only_that_user_is_renamed(session: Session) -> None:
    """The other users keep their names."""
    crud.rename_user(session, "ada", "Ada King")
    session.flush()
    session.expire_all()

    grace = crud.get_user_by_username(session, "grace")
    assert grace is not None
    assert grace.fullname == "Grace Hopper"


def test_renaming_nobody_returns_none(session: Session) -> None:
    """An unknown username changes nothing and returns None."""
    assert crud.rename_user(session, "alan", "Alan Turing") is None


def test_the_caller_owns_the_transaction(session: Session) -> None:
    """Neither function commits: whoever calls it may still roll back."""
    commits: list[Session] = []
    event.listen(session, "after_commit", commits.append)

    crud.list_users(session)
    crud.rename_user(session, "ada", "Ada King")

    assert len(commits) == 0
