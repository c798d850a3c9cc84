"""What the environment and the file .env say, and what is refused."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from blog.settings import ENV_FILE, Settings, get_settings

CONFIGURED = Settings.model_config.get("env_file")  # before a test puts another file in its place
HARD = "p@ss/w%72d#:"  # every character of it means something in a URL


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable is set, no file is there, and nothing is remembered."""
    for name in ("DATABASE_URL", "DATABASE_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")
    monkeypatch.chdir(tmp_path)


def told(**settings: str) -> Settings:
    """The settings of a service whose environment says this."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        return get_settings.__wrapped__()


@pytest.mark.parametrize("environment", [{}, {"DATABSE_URL": "sqlite://"}, {"DATABASE_URL": ""}], ids=repr)
def test_without_an_address_the_service_does_not_start(environment: dict[str, str]) -> None:
    """Missing, misspelled or empty: the error names the setting, and there is no database by default."""
    with pytest.raises(ValidationError, match="database_url"):
        told(**environment)


def test_the_file_may_say_more(tmp_path: Path) -> None:
    """The file .env also holds what other programs want to know."""
    (tmp_path / ".env").write_text("DATABASE_URL=sqlite://\nCOMPOSE_PROJECT_NAME=blog\nPOSTGRES_USER=blog\n")

    assert told().url.drivername == "sqlite"


def test_the_environment_overrules_the_file(tmp_path: Path) -> None:
    """Where both say something, the environment wins."""
    (tmp_path / ".env").write_text("DATABASE_URL=sqlite://\n")

    assert told(DATABASE_URL="postgresql+psycopg2://blog@db/blog").url.host == "db"


def test_the_file_belongs_to_the_project() -> None:
    """It is found beside the package, wherever the service is started."""
    assert ENV_FILE.is_absolute()
    assert ENV_FILE.name == ".env"
    assert (ENV_FILE.parent / "blog" / "settings.py").is_file()
    assert CONFIGURED == ENV_FILE


def test_a_password_is_taken_as_it_is() -> None:
    """A password that was given by itself may have any character; the rest of the address stays."""
    url = told(DATABASE_URL="postgresql+psycopg2://blog@db:5433/blog", DATABASE_PASSWORD=HARD).url

    assert (url.username, url.password, url.host, url.port, url.database) == ("blog", HARD, "db", 5433, "blog")


def test_a_password_in_the_address_is_kept() -> None:
    """Without a password of its own, the one in the address counts, unescaped."""
    assert told(DATABASE_URL="postgresql+psycopg2://blog:p%40ss@db/blog").url.password == "p@ss"


def test_settings_do_not_show_a_secret() -> None:
    """Printing the settings, or what is wrong with them, tells neither password."""
    settings = told(DATABASE_URL="postgresql+psycopg2://blog:in-the-url@db/blog", DATABASE_PASSWORD=HARD)
    with pytest.raises(ValidationError) as failure:
        told(DATABASE_PASSWORD=HARD)

    said = f"{settings!r} {settings} {settings.url} {failure.value}"
    assert not [secret for secret in ("in-the-url", HARD) if secret in said]
