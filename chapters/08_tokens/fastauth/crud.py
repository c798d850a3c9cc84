"""What is done with rows. The caller owns the transaction: nothing here commits."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fastauth.models import UNIQUE_USERNAME, UserInfo
from fastauth.schemas import UserCreate


class UsernameTakenError(Exception):
    """Somebody has that username already."""


def create_user(session: Session, user: UserCreate, password_hash: str) -> UserInfo:
    """Store a new user; raises UsernameTakenError, and then the transaction can only be rolled back."""
    row = UserInfo(username=user.username, password=password_hash, fullname=user.fullname)
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        if violated_constraint(error) == UNIQUE_USERNAME:
            raise UsernameTakenError(user.username) from error
        raise
    return row


def get_user(session: Session, user_id: int) -> UserInfo | None:
    """The user of that id, if there is one."""
    return session.get(UserInfo, user_id)


def get_user_by_username(session: Session, username: str) -> UserInfo | None:
    """The user of that name, if there is one."""
    return session.scalar(select(UserInfo).where(UserInfo.username == username))


def violated_constraint(error: IntegrityError) -> str | None:
    """The name of the constraint that refused a row; None where the driver does not say it, as on SQLite."""
    diagnostics = getattr(error.orig, "diag", None)
    return getattr(diagnostics, "constraint_name", None)
