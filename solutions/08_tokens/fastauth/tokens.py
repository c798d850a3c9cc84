"""Tokens say who a request comes from: signed by us, made for us, good for a limited time."""

import hashlib
from datetime import UTC, datetime, timedelta

import jwt

from fastauth.settings import Settings

ALGORITHM = "HS256"
AUDIENCE = "fastauth"
REFRESH_LIFETIME = timedelta(days=14)


def issue(user_id: int, settings: Settings) -> str:
    """A token for that user, good from now on for the minutes that the settings say."""
    now = datetime.now(UTC)
    claims = {
        "sub": str(user_id),
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + timedelta(minutes=settings.token_minutes),
    }
    return jwt.encode(claims, settings.secret_key.get_secret_value(), ALGORITHM)


def read(token: str, settings: Settings) -> int | None:
    """The id of the user whose token it is; None when it isn't one of ours, or has expired."""
    try:
        claims = jwt.decode(
            token,
            settings.secret_key.get_secret_value(),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={"require": ["sub", "aud", "exp"]},
        )
        return int(claims["sub"])
    except (jwt.InvalidTokenError, ValueError):
        return None


def digest(refresh_token: str) -> str:
    """What is stored of a refresh token: it's random and long, so a fast hash without salt will do."""
    return hashlib.sha256(refresh_token.encode()).hexdigest()
