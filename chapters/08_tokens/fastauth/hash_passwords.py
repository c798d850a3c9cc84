"""A one-off command that hashes every password still in the clear: `python -m fastauth.hash_passwords`."""

from pydantic import Secret
from sqlalchemy import select
from sqlalchemy.orm import Session

from fastauth.database import SessionLocal
from fastauth.models import UserInfo
from fastauth.passwords import Passwords, get_passwords

IN_THE_CLEAR = select(UserInfo).where(UserInfo.password.not_like("$argon2id$%"))


def hash_clear_passwords(session: Session, passwords: Passwords) -> int:
    """Put a hash in the place of each clear password; returns how many there were.

    Each row is committed by itself: hashing is slow, and what was done before an interruption stays done.
    """
    count = 0
    while user := session.scalar(IN_THE_CLEAR.limit(1)):
        user.password = passwords.hash(Secret(user.password))
        session.commit()
        count += 1
    return count


def main() -> None:
    """Hash them in the service's database, and say how many."""
    with SessionLocal() as session:
        print(f"Passwords hashed: {hash_clear_passwords(session, get_passwords())}")


if __name__ == "__main__":
    main()
