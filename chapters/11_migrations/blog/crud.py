"""What is done with rows. The caller owns the transaction: nothing here commits."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from blog.models import UNIQUE_EMAIL, UNIQUE_USERNAME, Post, User
from blog.schemas import PostCreate, UserCreate
from blog.violations import violates, violates_foreign_key


class TakenError(Exception):
    """Somebody has that username, or that address, already."""


class UnknownOwnerError(Exception):
    """There is no such user."""


class HasPostsError(Exception):
    """A user who still has posts can't be deleted."""


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


def delete_user(session: Session, user: User) -> None:
    """Delete a user; raises HasPostsError, and then the transaction can only be rolled back."""
    session.delete(user)
    try:
        session.flush()
    except IntegrityError as error:
        if violates_foreign_key(error):
            raise HasPostsError from error
        raise
