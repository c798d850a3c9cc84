"""The history of the schema: one file per step in versions/, and the way to take them from inside the app."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine


def configuration(engine: Engine) -> Config:
    """Tell Alembic where the steps are, and on which database to take them."""
    config = Config()
    config.set_main_option("script_location", "blog:migrations")
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine) -> None:
    """Take each step that the database hasn't taken yet, all of them in one transaction."""
    command.upgrade(configuration(engine), "head")
