"""A token leads back to its user, and tells nothing else."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from fastauth import tokens
from fastauth.settings import Settings


def test_a_token_leads_back_to_its_user(settings: Settings) -> None:
    """What was issued for a user is read as that user."""
    assert tokens.read(tokens.issue(7, settings), settings) == 7


def test_a_token_lives_as_long_as_the_settings_say(settings: Settings) -> None:
    """Between issue and expiry lie the minutes of the settings."""
    claims = jwt.decode(tokens.issue(7, settings), options={"verify_signature": False})

    assert claims["exp"] - claims["iat"] == settings.token_minutes * 60


@pytest.mark.parametrize(("age", "user_id"), [(timedelta(minutes=29), 7), (timedelta(minutes=30), None)])
def test_a_token_is_good_until_it_expires(settings: Settings, age: timedelta, user_id: int | None) -> None:
    """After 29 of its 30 minutes a token is good, after 30 it is not."""
    assert tokens.read(tokens.issue(7, settings, datetime.now(UTC) - age), settings) == user_id


def test_a_token_says_no_more_than_it_must(settings: Settings) -> None:
    """Everybody can read a token: it holds an id, an audience and two times."""
    claims = jwt.decode(tokens.issue(7, settings), options={"verify_signature": False})

    assert sorted(claims) == ["aud", "exp", "iat", "sub"]
