"""Passwords are kept as Argon2 hashes. Rows from before that hold the password itself, until its next use."""

from secrets import compare_digest

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pydantic import Secret


class Passwords:
    """Hashes passwords and checks them."""

    def __init__(self, hasher: Argon2Hasher) -> None:
        self._hashes = PasswordHash([hasher])

    def hash(self, password: Secret[str]) -> str:
        """What is stored instead of the password."""
        return self._hashes.hash(password.get_secret_value())

    def check(self, password: Secret[str], stored: str | None) -> tuple[bool, str | None]:
        """Whether the password is the stored one; then also the hash to store from now on, where that is another.

        Nothing is stored (None) for a user who does not exist. That costs one hash like every other way through,
        so that the time of an answer does not tell who is registered.
        """
        if stored is not None and Argon2Hasher.identify(stored):
            return self._hashes.verify_and_update(password.get_secret_value(), stored)
        hashed = self.hash(password)
        if stored is not None and compare_digest(password.get_secret_value().encode(), stored.encode()):
            return True, hashed
        return False, None


def get_passwords() -> Passwords:
    """The service's own, with the costs that pwdlib recommends."""
    return Passwords(Argon2Hasher())
