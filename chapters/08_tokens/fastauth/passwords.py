"""Passwords are stored as Argon2 hashes: they can be checked, and not read."""

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
        """Whether the password fits the stored hash; if so, also the hash to replace it when its cost is out of date.

        `stored` is None for a user who doesn't exist, and a row without a hash fits no password. Both cost the hash
        that a real check costs, so the time of an answer doesn't tell who is registered.
        """
        if stored is None or not Argon2Hasher.identify(stored):
            self.hash(password)
            return False, None
        return self._hashes.verify_and_update(password.get_secret_value(), stored)


def get_passwords() -> Passwords:
    """The service's own, with the costs that pwdlib recommends."""
    return Passwords(Argon2Hasher())
