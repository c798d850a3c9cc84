"""Alembic runs this for every command: on the engine that it was given, or else on the app's own."""

from typing import Literal

from alembic import context
from sqlalchemy import TypeDecorator

from blog import database, models  # noqa: F401  # the metadata knows the tables of models that were imported
from blog.migrations.foreign_keys import foreign_keys_off, refuse_orphans


def as_stored(kind: str, item: object, _: object) -> str | Literal[False]:
    """Let a new step name the database's type and not ours, which may be another one tomorrow."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


engine = context.config.attributes.get("engine", database.engine)

with engine.connect() as connection, foreign_keys_off(connection):
    context.configure(
        connection=connection,
        target_metadata=database.Base.metadata,
        compare_server_default=True,
        render_as_batch=True,
        render_item=as_stored,
        transactional_ddl=True,  # Alembic believes that SQLite can't; our engine's transactions hold DDL as well
    )
    with context.begin_transaction():
        context.run_migrations()
        refuse_orphans(connection)
