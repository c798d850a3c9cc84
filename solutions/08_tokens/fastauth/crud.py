"""What is done with rows. The caller owns the transaction: nothing here commits."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fastauth.models import UNIQUE_USERNAME, RefreshToken, UserInfo
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


def create_refresh_token(session: Session, user_id: int, digest: str, expires_at: datetime) -> None:
    """Remember a refresh token until it is used."""
    session.add(RefreshToken(digest=digest, user_id=user_id, expires_at=expires_at))


def use_refresh_token(session: Session, digest: str, now: datetime) -> int | None:
    """The id of the user who may have new tokens for this one; of two who ask at once, one gets None."""
    found = delete(RefreshToken).where(RefreshToken.digest == digest, RefreshToken.expires_at > now)
    return session.scalar(found.returning(RefreshToken.user_id))


def violated_constraint(error: IntegrityError) -> str | None:
    """The name of the constraint that refused a row; None where the driver does not say it, as on SQLite."""
    diagnostics = getattr(error.orig, "diag", None)
    return getattr(diagnostics, "constraint_name", None)
