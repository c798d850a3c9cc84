"""What is done with rows. The caller owns the transaction: nothing here commits."""

from collections.abc import Sequence

from sqlalchemy import Row, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from blog.models import UNIQUE_EMAIL, UNIQUE_USERNAME, Post, User
from blog.schemas import PostCreate, UserCreate
from blog.violations import violates, violates_foreign_key


class TakenError(Exception):
    """Somebody has that username, or that address, already."""


class UnknownOwnerError(Exception):
    """There is no such user."""


def create_user(session: Session, user: UserCreate, password_hash: str) -> User:
    """Store a new user; raises TakenError with the field's name, and then the transaction can only be rolled back."""
    row = User(username=user.username, email=user.email, password=password_hash)
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        for field, constraint in (("username", UNIQUE_USERNAME), ("email", UNIQUE_EMAIL)):
            if violates(error, constraint):
                raise TakenError(field) from error
        raise
    return row


def create_post(session: Session, post: PostCreate) -> Post:
    """Store a new post; raises UnknownOwnerError, and then the transaction can only be rolled back."""
    row = Post(**post.model_dump())
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        if violates_foreign_key(error):
            raise UnknownOwnerError(post.owner_id) from error
        raise
    return row


def count_posts(session: Session) -> Sequence[Row[str, int]]:
    """Every username, in order, with the number of that user's posts."""
    posts = func.count(Post.id).label("posts")
    statement = select(User.username, posts).outerjoin(Post, Post.owner_id == User.id)
    return session.execute(statement.group_by(User.username).order_by(User.username)).all()
