"""Passwords are hashed, checked, and their hashes brought up to date."""

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from pydantic import Secret

from fastauth.passwords import Passwords, get_passwords

RIGHT = Secret("correct horse")
WRONG = Secret("battery staple")


class CountingHasher(Argon2Hasher):
    """Counts how often the expensive part was done."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.count = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.count += 1
        return super().hash(password, salt=salt)

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:
        self.count += 1
        return super().verify(password, hash)


def test_a_hash_does_not_hold_the_password(passwords: Passwords) -> None:
    """What is stored looks nothing like what was typed."""
    assert RIGHT.get_secret_value() not in passwords.hash(RIGHT)


def test_equal_passwords_have_different_hashes(passwords: Passwords) -> None:
    """Each hash has a salt of its own, so the table doesn't show who shares a password."""
    assert passwords.hash(RIGHT) != passwords.hash(RIGHT)


def test_the_right_password_is_right(passwords: Passwords) -> None:
    """A password fits its hash, and the hash needs no replacement."""
    assert passwords.check(RIGHT, passwords.hash(RIGHT)) == (True, None)


def test_another_password_is_wrong(passwords: Passwords) -> None:
    """A password does not fit the hash of another."""
    assert passwords.check(WRONG, passwords.hash(RIGHT)) == (False, None)


def test_nobody_has_no_password(passwords: Passwords) -> None:
    """Where nothing is stored, nothing fits."""
    assert passwords.check(RIGHT, None) == (False, None)


@pytest.mark.parametrize("stored", [RIGHT.get_secret_value(), "", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$salt$x"])
def test_what_is_no_hash_fits_no_password(passwords: Passwords, stored: str) -> None:
    """A row in the clear, an empty one and half a hash are refused without an error."""
    assert passwords.check(RIGHT, stored) == (False, None)


def test_passwords_differ_behind_their_stars(passwords: Passwords) -> None:
    """Printed, all secrets are ten stars; they are hashed as what they hide."""
    assert str(RIGHT) == str(WRONG)
    assert passwords.check(Secret(str(RIGHT)), passwords.hash(RIGHT)) == (False, None)


def test_a_stolen_hash_is_no_password(passwords: Passwords) -> None:
    """What the table holds isn't a password."""
    stored = passwords.hash(RIGHT)

    assert passwords.check(Secret(stored), stored) == (False, None)


def test_a_hash_of_yesterdays_costs_is_renewed(passwords: Passwords) -> None:
    """When the costs were raised, the password gets a new hash the next time that it is right."""
    dearer = Passwords(Argon2Hasher(time_cost=2, memory_cost=8, parallelism=1))

    right, new_hash = dearer.check(RIGHT, passwords.hash(RIGHT))

    assert right
    assert dearer.check(RIGHT, new_hash) == (True, None)


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param(Passwords(CountingHasher()).hash(RIGHT), id="hash-right"),
        pytest.param(Passwords(CountingHasher()).hash(WRONG), id="hash-wrong"),
        pytest.param("correct horse", id="in-the-clear"),
        pytest.param(None, id="nobody"),
    ],
)
def test_every_check_costs_one_hash(stored: str | None) -> None:
    """The work is the same for any user: the time of an answer does not tell who is registered."""
    hasher = CountingHasher()

    Passwords(hasher).check(RIGHT, stored)

    assert hasher.count == 1


def test_the_service_hashes_at_full_cost() -> None:
    """Outside the tests it is Argon2id with 64 MiB, three passes and four lanes."""
    assert get_passwords().hash(RIGHT).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
