"""Passwords are stored as Argon2 hashes: they can be checked, and not read."""

from typing import Annotated

from fastapi import Depends
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher


def get_password_hash() -> PasswordHash:
    """The service's own, with the costs that pwdlib recommends."""
    return PasswordHash([Argon2Hasher()])


PasswordHashDep = Annotated[PasswordHash, Depends(get_password_hash)]
