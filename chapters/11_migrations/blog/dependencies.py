"""What a request names by its id: the object, or an answer of 404."""

from typing import Annotated

from fastapi import Depends, HTTPException, status

from blog.database import SessionDep
from blog.models import Post, User
from blog.schemas import Id


def get_user(user_id: Id, session: SessionDep) -> User:
    """The user whose id is in the path."""
    if (user := session.get(User, user_id)) is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"There is no user {user_id}.")
    return user


def get_post(post_id: Id, session: SessionDep) -> Post:
    """The post whose id is in the path."""
    if (post := session.get(Post, post_id)) is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"There is no post {post_id}.")
    return post


UserDep = Annotated[User, Depends(get_user)]
PostDep = Annotated[Post, Depends(get_post)]
