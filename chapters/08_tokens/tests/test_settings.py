"""The service starts with a proper secret, or not at all."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from fastauth.main import app
from fastauth.settings import Settings, get_settings

KEY = "k" * 32


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """An environment without our variables; what was read from it is forgotten before and after."""
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.delenv("TOKEN_MINUTES", raising=False)
    get_settings.cache_clear()
    yield monkeypatch
    get_settings.cache_clear()


def test_the_environment_is_read(environment: pytest.MonkeyPatch) -> None:
    """Both settings come from the variables of their names."""
    environment.setenv("SECRET_KEY", KEY)
    environment.setenv("TOKEN_MINUTES", "5")

    settings = get_settings()

    assert (settings.secret_key.get_secret_value(), settings.token_minutes) == (KEY, 5)


def test_a_token_is_good_for_half_an_hour(environment: pytest.MonkeyPatch) -> None:
    """That is so where the environment does not say otherwise."""
    environment.setenv("SECRET_KEY", KEY)

    assert get_settings().token_minutes == 30


def test_a_missing_secret_is_named() -> None:
    """Without SECRET_KEY the error names it, and says how to make one."""
    with pytest.raises(RuntimeError, match=r"^SECRET_KEY: missing .* this makes one: python -c "):
        get_settings()


def test_a_short_secret_is_refused_and_not_repeated(environment: pytest.MonkeyPatch) -> None:
    """A key of 31 characters is too short, and the error doesn't print it."""
    environment.setenv("SECRET_KEY", KEY[1:])

    with pytest.raises(RuntimeError, match=r"^SECRET_KEY") as failure:
        get_settings()

    assert KEY[1:] not in str(failure.value)


def test_a_short_secret_is_not_repeated_below_the_sentence(environment: pytest.MonkeyPatch) -> None:
    """The library's own error, from which the sentence is made, does not print it either."""
    with pytest.raises(ValidationError) as failure:
        Settings.model_validate({"secret_key": KEY[1:]})

    assert KEY[1:] not in str(failure.value)


def test_all_that_is_wrong_is_named(environment: pytest.MonkeyPatch) -> None:
    """The error names both settings that are wrong."""
    environment.setenv("TOKEN_MINUTES", "soon")

    with pytest.raises(RuntimeError, match=r"^SECRET_KEY and TOKEN_MINUTES: missing"):
        get_settings()


def test_tokens_that_never_live_are_refused(environment: pytest.MonkeyPatch) -> None:
    """A lifetime of no minutes is refused."""
    environment.setenv("SECRET_KEY", KEY)
    environment.setenv("TOKEN_MINUTES", "0")

    with pytest.raises(RuntimeError, match=r"^TOKEN_MINUTES"):
        get_settings()


def test_without_a_secret_the_service_does_not_start() -> None:
    """Starting it fails with that sentence, before the first request."""
    with pytest.raises(RuntimeError, match=r"^SECRET_KEY"), TestClient(app):
        pass


def test_the_secret_is_not_shown(environment: pytest.MonkeyPatch) -> None:
    """Printing the settings keeps the key back."""
    environment.setenv("SECRET_KEY", KEY)

    assert KEY not in repr(get_settings())
