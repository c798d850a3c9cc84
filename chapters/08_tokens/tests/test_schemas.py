"""What may come in over the wire, and what goes out."""

import pytest
from pydantic import ValidationError

from fastauth.models import UserInfo
from fastauth.schemas import UserCreate, UserRead

VALID = {"username": "ada", "password": "secret", "fullname": "Ada Lovelace"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("username", "", id="username-empty"),
        pytest.param("username", "a" * 51, id="username-too-long"),
        pytest.param("username", "ada lovelace", id="username-with-space"),
        pytest.param("password", "", id="password-empty"),
        pytest.param("password", "p" * 201, id="password-too-long"),
        pytest.param("password", "\ud800", id="password-not-unicode"),
        pytest.param("fullname", "", id="fullname-empty"),
        pytest.param("fullname", "f" * 101, id="fullname-too-long"),
        pytest.param("fullname", "Ada\0", id="fullname-with-nul"),
    ],
)
def test_what_the_table_cannot_hold_is_refused(field: str, value: str) -> None:
    """A value that the server would not take never gets that far."""
    with pytest.raises(ValidationError, match=field):
        UserCreate.model_validate(VALID | {field: value})


@pytest.mark.parametrize(("field", "length"), [("username", 50), ("password", 200), ("fullname", 100)])
def test_the_longest_value_is_accepted(field: str, length: int) -> None:
    """A value as long as its column passes."""
    assert UserCreate.model_validate(VALID | {field: "x" * length})


@pytest.mark.parametrize("field", ["username", "password", "fullname"])
def test_one_character_is_accepted(field: str) -> None:
    """A value of a single character passes."""
    assert UserCreate.model_validate(VALID | {field: "x"})


def test_a_user_is_read_without_the_password() -> None:
    """A row becomes an answer that keeps the password to itself."""
    assert UserRead.model_validate(UserInfo(**VALID)).model_dump() == {"username": "ada", "fullname": "Ada Lovelace"}
