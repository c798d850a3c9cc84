"""What the environment decides, because it is secret or differs from place to place."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url

# Found from wherever the service is started. Other programs read that file too, so it may say more than we ask for.
ENV_FILE = Path(__file__).parents[1] / ".env"


class Settings(BaseSettings):
    """Each field is read from the environment variable of its name, or else from the file."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, extra="ignore", hide_input_in_errors=True)

    database_url: str = Field(min_length=1, repr=False)
    database_password: SecretStr | None = None

    @property
    def url(self) -> URL:
        """The address of the database; a password that was given by itself is put in as it is, whatever is in it."""
        url = make_url(self.database_url)
        return url.set(password=self.database_password.get_secret_value()) if self.database_password else url


@lru_cache
def get_settings() -> Settings:
    """The settings, read once; raises ValidationError, which names what is missing."""
    return Settings()  # type: ignore[call-arg]  # the environment fills it in
