"""The HTTP interface."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException, Request, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy import Row, text

from blog import crud
from blog.database import Base, ReportingDep, SessionDep, engine
from blog.models import Post, User
from blog.passwords import PasswordHashDep
from blog.schemas import Author, Id, PostCreate, PostRead, Problem, Ready, UserCreate, UserRead


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Make the missing tables when the service starts."""
    Base.metadata.create_all(engine)
    yield


app = FastAPI(title="blog", version="0.1.0", lifespan=lifespan)

NOT_FOUND: dict[int | str, dict[str, Any]] = {status.HTTP_404_NOT_FOUND: {"model": Problem}}


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


@app.post(
    "/users",
    status_code=status.HTTP_201_CREATED,
    response_model=UserRead,
    responses={status.HTTP_409_CONFLICT: {"model": Problem}},
)
def create_user(user: UserCreate, session: SessionDep, passwords: PasswordHashDep) -> User:
    """Add a user."""
    try:
        created = crud.create_user(session, user, passwords.hash(user.password.get_secret_value()))
    except crud.TakenError as error:
        raise HTTPException(status.HTTP_409_CONFLICT, f"That {error} is taken.") from error
    session.commit()
    return created


@app.get("/users/{user_id}", response_model=UserRead, responses=NOT_FOUND)
def read_user(user_id: Id, session: SessionDep) -> User:
    """One user."""
    if (user := session.get(User, user_id)) is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"There is no user {user_id}.")
    return user


@app.post("/posts", status_code=status.HTTP_201_CREATED, response_model=PostRead, responses=NOT_FOUND)
def create_post(post: PostCreate, session: SessionDep) -> Post:
    """Add a post."""
    try:
        created = crud.create_post(session, post)
    except crud.UnknownOwnerError as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"There is no user {error}.") from error
    session.commit()
    return created


@app.get("/reports/authors", response_model=list[Author])
def count_posts(session: ReportingDep) -> Sequence[Row[str, int]]:
    """Every user, and the number of posts."""
    return crud.count_posts(session)


@app.get("/posts/{post_id}", response_model=PostRead, responses=NOT_FOUND)
def read_post(post_id: Id, session: SessionDep) -> Post:
    """One post."""
    if (post := session.get(Post, post_id)) is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"There is no post {post_id}.")
    return post
