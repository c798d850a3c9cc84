"""The HTTP interface."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException, Request, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy import text

from blog import crud
from blog.database import SessionDep, engine
from blog.dependencies import PostDep, UserDep
from blog.migrations import upgrade
from blog.models import Post, User
from blog.passwords import PasswordHashDep
from blog.schemas import PostCreate, PostRead, PostWithOwner, Problem, Ready, UserCreate, UserRead, UserWithPosts


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Bring the schema up to date when the service starts."""
    upgrade(engine)
    yield


app = FastAPI(title="blog", version="0.1.0", lifespan=lifespan)

Responses = dict[int | str, dict[str, Any]]
NOT_FOUND: Responses = {status.HTTP_404_NOT_FOUND: {"model": Problem}}
CONFLICT: Responses = {status.HTTP_409_CONFLICT: {"model": Problem}}


@app.exception_handler(RequestValidationError)
def refuse(_: Request, error: RequestValidationError) -> JSONResponse:
    """Say what is wrong with a request without repeating it, as FastAPI would: there may be a password in it."""
    detail = [{key: one[key] for key in ("type", "loc", "msg")} for one in error.errors()]
    return JSONResponse({"detail": detail}, status.HTTP_422_UNPROCESSABLE_CONTENT)


@app.get("/ready")
def ready(session: SessionDep) -> Ready:
    """Say that the database answers, and of which kind it is."""
    session.execute(text("SELECT 1"))
    return Ready(database=session.get_bind().dialect.name)


@app.post("/users", status_code=status.HTTP_201_CREATED, response_model=UserRead, responses=CONFLICT)
def create_user(user: UserCreate, session: SessionDep, passwords: PasswordHashDep) -> User:
    """Add a user."""
    try:
        created = crud.create_user(session, user, passwords.hash(user.password.get_secret_value()))
    except crud.TakenError as error:
        raise HTTPException(status.HTTP_409_CONFLICT, f"That {error} is taken.") from error
    session.commit()
    return created


@app.get("/users/{user_id}", response_model=UserRead, responses=NOT_FOUND)
def read_user(user: UserDep) -> User:
    """One user."""
    return user


@app.get("/users/{user_id}/posts", response_model=UserWithPosts, responses=NOT_FOUND)
def read_posts(user: UserDep) -> User:
    """One user, with all posts, the oldest first."""
    return user


@app.delete("/users/{user_id}", status_code=status.HTTP_204_NO_CONTENT, responses=NOT_FOUND | CONFLICT)
def delete_user(user: UserDep, session: SessionDep) -> None:
    """Delete a user who has no posts."""
    try:
        crud.delete_user(session, user)
    except crud.HasPostsError as error:
        raise HTTPException(status.HTTP_409_CONFLICT, "That user has written something.") from error
    session.commit()


@app.post("/posts", status_code=status.HTTP_201_CREATED, response_model=PostRead, responses=NOT_FOUND)
def create_post(post: PostCreate, session: SessionDep) -> Post:
    """Add a post."""
    try:
        created = crud.create_post(session, post)
    except crud.UnknownOwnerError as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"There is no user {error}.") from error
    session.commit()
    return created


@app.get("/posts/{post_id}", response_model=PostWithOwner, responses=NOT_FOUND)
def read_post(post: PostDep) -> Post:
    """One post, with its owner."""
    return post


@app.delete("/posts/{post_id}", status_code=status.HTTP_204_NO_CONTENT, responses=NOT_FOUND)
def delete_post(post: PostDep, session: SessionDep) -> None:
    """Delete a post."""
    session.delete(post)
    session.commit()
