"""Tokens say who a request comes from: signed by us, made for us, for a limited time."""

from datetime import UTC, datetime, timedelta

import jwt

from fastauth.settings import Settings

ALGORITHM = "HS256"
ACCESS = "fastauth"
REFRESH = "fastauth/login/refresh"
REFRESH_LIFETIME = timedelta(days=14)


def issue(user_id: int, settings: Settings, now: datetime | None = None, audience: str = ACCESS) -> str:
    """A token for that user, good from `now` (else this moment) for the minutes that the settings say.

    A token for REFRESH is good for 14 days instead.
    """
    issued = now or datetime.now(UTC)
    lifetime = REFRESH_LIFETIME if audience == REFRESH else timedelta(minutes=settings.token_minutes)
    claims = {
        "sub": str(user_id),
        "aud": audience,
        "iat": issued,
        "exp": issued + lifetime,
    }
    return jwt.encode(claims, settings.secret_key.get_secret_value(), ALGORITHM)


def read(token: str, settings: Settings, audience: str = ACCESS) -> int | None:
    """The id of the user whose token it is; None when it is not one of ours, or not any more."""
    try:
        claims = jwt.decode(
            token,
            settings.secret_key.get_secret_value(),
            algorithms=[ALGORITHM],
            audience=audience,
            options={"require": ["sub", "aud", "exp"]},
        )
        return int(claims["sub"])
    except (jwt.InvalidTokenError, ValueError):
        return None
