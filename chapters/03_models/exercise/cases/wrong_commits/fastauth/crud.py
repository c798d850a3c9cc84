"""What is done with rows. The caller owns the transaction: nothing here commits."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from fastauth.models import UserInfo
from fastauth.schemas import UserCreate


def create_user(session: Session, user: UserCreate) -> UserInfo:
    """Store a new user; raises IntegrityError when the username is taken."""
    row = UserInfo(**user.model_dump())
    session.add(row)
    session.flush()
    return row


def get_user_by_username(session: Session, username: str) -> UserInfo | None:
    """The user of that name, if there is one."""
    return session.scalar(select(UserInfo).where(UserInfo.username == username))


def list_users(session: Session, limit: int = 100) -> list[UserInfo]:
    """At most that many users, by username."""
    return list(session.scalars(select(UserInfo).order_by(UserInfo.username).limit(limit)))


def rename_user(session: Session, username: str, fullname: str) -> UserInfo | None:
    """Change the full name of that user, if there is one."""
    user = get_user_by_username(session, username)
    if user is not None:
        user.fullname = fullname
        session.commit()
    return user
