"""The HTTP interface."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from fastauth import crud
from fastauth.database import Base, engine, get_db
from fastauth.models import UserInfo
from fastauth.passwords import Passwords, get_passwords
from fastauth.schemas import Credentials, Pong, Problem, UserCreate, UserRead


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Make the missing tables when the service starts."""
    Base.metadata.create_all(engine)
    yield


app = FastAPI(title="fastauth", version="0.1.0", lifespan=lifespan)

SessionDep = Annotated[Session, Depends(get_db)]
PasswordsDep = Annotated[Passwords, Depends(get_passwords)]


@app.exception_handler(RequestValidationError)
def refuse(_: Request, error: RequestValidationError) -> JSONResponse:
    """Say what is wrong with a request without repeating it, as FastAPI would: there may be a password in it."""
    detail = [{key: one[key] for key in ("type", "loc", "msg")} for one in error.errors()]
    return JSONResponse({"detail": detail}, status.HTTP_422_UNPROCESSABLE_CONTENT)


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
def register(user: UserCreate, session: SessionDep, passwords: PasswordsDep) -> UserInfo:
    """Register a new user."""
    try:
        registered = crud.create_user(session, user, passwords.hash(user.password))
    except crud.UsernameTakenError as error:
        raise HTTPException(status.HTTP_409_CONFLICT, f"The username {user.username} is taken.") from error
    session.commit()
    return registered


@app.post("/login", response_model=UserRead, responses={status.HTTP_401_UNAUTHORIZED: {"model": Problem}})
def login(credentials: Credentials, session: SessionDep, passwords: PasswordsDep) -> UserInfo:
    """Say whose username and password these are."""
    user = crud.get_user_by_username(session, credentials.username)
    right, new_hash = passwords.check(credentials.password, user.password if user else None)
    if user is None or not right:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "Wrong username or password")
    if new_hash is not None:
        user.password = new_hash
        session.commit()
    return user
