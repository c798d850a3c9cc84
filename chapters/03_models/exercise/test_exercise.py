"""Two more functions for `fastauth/crud.py`.

`list_users(session, limit=100)` returns a list of at most that many users, by username.
`rename_user(session, username, fullname)` changes the full name and returns the user, or None.
Neither commits nor closes: that is left to the caller, as in the rest of the module.
"""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fastauth import crud
from fastauth.models import UserInfo
from fastauth.schemas import UserCreate


@pytest.fixture(autouse=True)
def users(session: Session) -> None:
    """Three users, registered in no particular order. By full name they would come in another order again."""
    for username, fullname in [("grace", "Grace Hopper"), ("ada", "Lady Lovelace"), ("edsger", "Edsger Dijkstra")]:
        crud.create_user(session, UserCreate(username=username, password="secret", fullname=fullname))


def stored(session: Session) -> dict[str, str]:
    """The full names by username, as the server has them."""
    session.flush()
    return {row.username: row.fullname for row in session.execute(select(UserInfo.username, UserInfo.fullname))}


def test_users_are_listed_by_username(session: Session) -> None:
    """Everybody is listed, in alphabetical order of the usernames."""
    users = crud.list_users(session)

    assert [user.username for user in users] == ["ada", "edsger", "grace"]
    assert len(users) == 3


@pytest.mark.parametrize(
    ("limit", "names"),
    [
        pytest.param(0, [], id="zero"),
        pytest.param(2, ["ada", "edsger"], id="two"),
        pytest.param(9, ["ada", "edsger", "grace"], id="more-than-there-are"),
    ],
)
def test_the_list_keeps_to_its_limit(session: Session, limit: int, names: list[str]) -> None:
    """A limit of two returns the first two, a limit of zero nobody."""
    assert [user.username for user in crud.list_users(session, limit=limit)] == names


def test_a_hundred_are_listed_unless_said_otherwise(session: Session) -> None:
    """Without a limit, a hundred of 103 users are listed."""
    session.add_all(UserInfo(username=f"user-{number}", password="secret", fullname="One") for number in range(100))

    assert len(crud.list_users(session)) == 100


def test_a_listed_user_can_be_changed(session: Session) -> None:
    """A listed user belongs to the caller's session: what is changed on it is stored."""
    crud.list_users(session)[0].fullname = "Ada King"

    assert stored(session)["ada"] == "Ada King"


def test_a_renamed_user_is_stored(session: Session) -> None:
    """The new full name is what the server has, not only what the object says."""
    ada = crud.get_user_by_username(session, "ada")

    renamed = crud.rename_user(session, "ada", "Ada King")

    assert renamed is not None
    assert renamed.fullname == "Ada King"
    assert stored(session)["ada"] == "Ada King"
    assert ada is renamed


def test_only_that_user_is_renamed(session: Session) -> None:
    """The other users keep their names."""
    crud.rename_user(session, "ada", "Ada King")

    assert stored(session) == {"ada": "Ada King", "edsger": "Edsger Dijkstra", "grace": "Grace Hopper"}


def test_only_the_full_name_is_changed(session: Session) -> None:
    """A renamed user keeps the password."""
    crud.rename_user(session, "ada", "Ada King")
    session.flush()

    assert session.scalar(select(UserInfo.password).where(UserInfo.username == "ada")) == "secret"


@pytest.mark.parametrize("username", ["alan", "ADA", "ad_", "da"])
def test_renaming_nobody_returns_none(session: Session, username: str) -> None:
    """An unknown username changes nothing and returns None."""
    before = stored(session)

    assert crud.rename_user(session, username, "Alan Turing") is None
    assert stored(session) == before


def test_the_caller_owns_the_transaction(session: Session) -> None:
    """Neither function commits, rolls back or closes the session: that is left to the caller."""
    transaction = session.get_transaction()
    number = session.scalar(select(func.pg_current_xact_id()))

    crud.list_users(session)
    crud.rename_user(session, "ada", "Ada King")

    still_open = session.get_transaction() is transaction
    assert still_open, "The session was committed, rolled back or closed."
    assert session.scalar(select(func.pg_current_xact_id())) == number
