"""The HTTP interface."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Annotated

from fastapi import Depends, FastAPI, Form, HTTPException, Request, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.orm import Session

from fastauth import crud, tokens
from fastauth.database import Base, engine, get_db
from fastauth.models import UserInfo
from fastauth.passwords import Passwords, get_passwords
from fastauth.schemas import Credentials, Pong, Problem, Tokens, UserCreate, UserRead
from fastauth.settings import Settings, get_settings


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Read the settings, and make the missing tables, when the service starts."""
    get_settings()
    Base.metadata.create_all(engine)
    yield


app = FastAPI(title="fastauth", version="0.1.0", lifespan=lifespan)

SessionDep = Annotated[Session, Depends(get_db)]
PasswordsDep = Annotated[Passwords, Depends(get_passwords)]
SettingsDep = Annotated[Settings, Depends(get_settings)]
BearerToken = Annotated[str, Depends(OAuth2PasswordBearer(tokenUrl="login"))]


@app.exception_handler(RequestValidationError)
def refuse(_: Request, error: RequestValidationError) -> JSONResponse:
    """Say what is wrong with a request without repeating it, as FastAPI would: there may be a password in it."""
    detail = [{key: one[key] for key in ("type", "loc", "msg")} for one in error.errors()]
    return JSONResponse({"detail": detail}, status.HTTP_422_UNPROCESSABLE_CONTENT)


def unauthorized(detail: str) -> HTTPException:
    """The refusal of a request that doesn't prove who it comes from; the header says how to."""
    return HTTPException(status.HTTP_401_UNAUTHORIZED, detail, {"WWW-Authenticate": "Bearer"})


def current_user(token: BearerToken, session: SessionDep, settings: SettingsDep) -> UserInfo:
    """The user whose token came with the request."""
    user_id = tokens.read(token, settings)
    user = None if user_id is None else crud.get_user(session, user_id)
    if user is None:
        raise unauthorized("Not authenticated")
    return user


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


@app.post("/login", responses={status.HTTP_401_UNAUTHORIZED: {"model": Problem}})
def login(
    credentials: Annotated[Credentials, Form()], session: SessionDep, passwords: PasswordsDep, settings: SettingsDep
) -> Tokens:
    """Exchange a username and a password for tokens."""
    user = crud.get_user_by_username(session, credentials.username)
    right, new_hash = passwords.check(credentials.password, user.password if user else None)
    if user is None or not right:
        raise unauthorized("Wrong username or password")
    if new_hash is not None:
        user.password = new_hash
    return hand_out(user.id, session, settings)


@app.post("/login/refresh", responses={status.HTTP_401_UNAUTHORIZED: {"model": Problem}})
def refresh(token: BearerToken, session: SessionDep, settings: SettingsDep) -> Tokens:
    """Exchange a refresh token, which is used up by that, for new tokens."""
    user_id = crud.use_refresh_token(session, tokens.digest(token), datetime.now(UTC))
    if user_id is None:
        raise unauthorized("Not authenticated")
    return hand_out(user_id, session, settings)


def hand_out(user_id: int, session: Session, settings: Settings) -> Tokens:
    """New tokens for that user."""
    token = token_urlsafe(32)
    crud.create_refresh_token(session, user_id, tokens.digest(token), datetime.now(UTC) + tokens.REFRESH_LIFETIME)
    session.commit()
    return Tokens(access_token=tokens.issue(user_id, settings), refresh_token=token)


@app.get("/users/me", response_model=UserRead, responses={status.HTTP_401_UNAUTHORIZED: {"model": Problem}})
def me(user: Annotated[UserInfo, Depends(current_user)]) -> UserInfo:
    """Say who is logged in."""
    return user
