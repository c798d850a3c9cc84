"""What the environment decides, because it is secret or differs from place to place."""

from functools import lru_cache

from pydantic import Field, PositiveInt, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

NEW_KEY = 'python -c "import secrets; print(secrets.token_hex())"'


class Settings(BaseSettings):
    """Each field is read from the environment variable of its name."""

    model_config = SettingsConfigDict(hide_input_in_errors=True)

    secret_key: SecretStr = Field(min_length=32)
    token_minutes: PositiveInt = 30


@lru_cache
def get_settings() -> Settings:
    """The settings, read once; raises RuntimeError, which names the variables that are wrong and never their values."""
    try:
        return Settings()  # type: ignore[call-arg]  # the environment fills it in
    except ValidationError as error:
        names = " and ".join(str(one["loc"][0]).upper() for one in error.errors())
        raise RuntimeError(
            f"{names}: missing from the environment, or not valid. "
            f"SECRET_KEY needs at least 32 characters; this makes one: {NEW_KEY}"
        ) from None
