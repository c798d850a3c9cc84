"""The HTTP interface."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, status
from sqlalchemy.orm import Session

from fastauth import crud
from fastauth.database import Base, engine, get_db
from fastauth.models import UserInfo
from fastauth.schemas import Pong, Problem, UserCreate, UserRead


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Make the missing tables when the service starts."""
    Base.metadata.create_all(engine)
    yield


app = FastAPI(title="fastauth", version="0.1.0", lifespan=lifespan)

SessionDep = Annotated[Session, Depends(get_db)]


@app.get("/ping")
def ping() -> Pong:
    """Say that the service is up."""
    return Pong(message="pong")


@app.post(
    "/users/register",
    status_code=status.HTTP_201_CREATED,
    response_model=UserRead,
    responses={status.HTTP_409_CONFLICT: {"model": Problem}},
)
def register(user: UserCreate, session: SessionDep) -> UserInfo:
    """Register a new user."""
    if crud.get_user_by_username(session, user.username) is not None:
        raise HTTPException(status.HTTP_409_CONFLICT, f"The username {user.username} is taken.")
    registered = crud.create_user(session, user)
    session.commit()
    return registered
