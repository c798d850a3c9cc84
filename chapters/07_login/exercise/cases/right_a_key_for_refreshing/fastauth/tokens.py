"""Tokens say who a request comes from: signed by us, made for us, for a limited time."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import jwt

from fastauth.settings import Settings

ALGORITHM = "HS256"
AUDIENCE = "fastauth"


def issue(user_id: int, settings: Settings, now: datetime | None = None) -> str:
    """A token for that user, good from `now` (else this moment) for the minutes that the settings say."""
    issued = now or datetime.now(UTC)
    claims = {
        "sub": str(user_id),
        "aud": AUDIENCE,
        "iat": issued,
        "exp": issued + timedelta(minutes=settings.token_minutes),
    }
    return jwt.encode(claims, settings.secret_key.get_secret_value(), ALGORITHM)


def issue_refresh(user_id: int, settings: Settings) -> str:
    """A token that is good for new tokens only, for a week: signed with a key that only those have."""
    issued = datetime.now(UTC)
    claims = {"sub": str(user_id), "aud": AUDIENCE, "iat": issued, "exp": issued + timedelta(weeks=1)}
    return jwt.encode(claims, refresh_key(settings), ALGORITHM)


def read_refresh(token: str, settings: Settings) -> int | None:
    """The same as `read`, of a refresh token."""
    return _read(token, refresh_key(settings))


def refresh_key(settings: Settings) -> str:
    """Made from the secret key, and of no use to get back to it."""
    return hmac.new(settings.secret_key.get_secret_value().encode(), b"refresh", hashlib.sha256).hexdigest()


def read(token: str, settings: Settings) -> int | None:
    """The id of the user whose token it is; None when it is not one of ours, or not any more."""
    return _read(token, settings.secret_key.get_secret_value())


def _read(token: str, key: str) -> int | None:
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={"require": ["sub", "aud", "exp"]},
        )
        return int(claims["sub"])
    except (jwt.InvalidTokenError, ValueError):
        return None
