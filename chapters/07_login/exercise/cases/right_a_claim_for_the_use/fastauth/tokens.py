"""Tokens say who a request comes from: signed by us, made for us, for a limited time."""

from datetime import UTC, datetime, timedelta

import jwt

from fastauth.settings import Settings

ALGORITHM = "HS256"
AUDIENCE = "fastauth"


def issue(user_id: int, settings: Settings, now: datetime | None = None, use: str = "access") -> str:
    """A token for that user, good from `now` (else this moment) for the minutes that the settings say.

    One for the use "refresh" is good a hundred times as long.
    """
    issued = now or datetime.now(UTC)
    claims = {
        "sub": str(user_id),
        "aud": AUDIENCE,
        "iat": issued,
        "exp": issued + timedelta(minutes=settings.token_minutes) * (100 if use == "refresh" else 1),
    }
    if use != "access":
        claims["use"] = use
    return jwt.encode(claims, settings.secret_key.get_secret_value(), ALGORITHM)


def read(token: str, settings: Settings, use: str = "access") -> int | None:
    """The id of the user whose token it is; None when it is not one of ours, or not any more."""
    try:
        claims = jwt.decode(
            token,
            settings.secret_key.get_secret_value(),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={"require": ["sub", "aud", "exp"]},
        )
        return int(claims["sub"]) if claims.get("use", "access") == use else None
    except (jwt.InvalidTokenError, ValueError):
        return None
