"""Databases of one's own for notebooks, checks and workers: cloned from a template, marked, dropped."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from workbook.postgres import ownership
from workbook.postgres.connection import connected, name_of, server, with_name
from workbook.postgres.ownership import Kind, Mark
from workbook.system.errors import UserError

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812

TEMPLATE = "workbook_template_1"  # count up when what is in it changes
TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user"
LONGEST = 63  # bytes: PostgreSQL cuts longer names


def url() -> str:
    """The server that we may use, as a SQLAlchemy URL `postgresql+psycopg2://…`; the embedded one is started."""
    return server().url


@contextmanager
def fresh(label: str) -> Iterator[str]:
    """The URL of a new empty database, dropped at the end even with connections open."""
    made = create(label)
    try:
        yield made
    finally:
        with suppress(UserError):  # the server is gone by now; `sweep` drops it later
            drop(made)


def create(label: str) -> str:
    """Make an empty database and return its URL. `label` becomes part of its name."""
    at = url()
    _tidied(at)
    name = _name(label, secrets.token_hex(4))
    with connected(at) as connection:
        _make(connection, name, "fresh")
    return with_name(at, name)


def drop(made: str) -> None:
    """Drop a database, even with connections open; one that is gone is fine, one that is not ours is an error."""
    at = url()
    if urlsplit(at).netloc != urlsplit(made).netloc or name_of(at) == name_of(made):
        at = with_name(made, "postgres")
    with connected(at) as connection:
        _drop(connection, name_of(made))


def named(name: str) -> str:
    """The URL of this checkout's lasting database `name`, made when it is missing."""
    return _lasting(name, anew=False)


def reset(name: str) -> str:
    """Drop this checkout's lasting database `name`, if it is there, and make it again, empty."""
    return _lasting(name, anew=True)


def in_use(name: str) -> bool:
    """Whether a program is connected to this checkout's lasting database `name`."""
    with connected(url()) as connection:
        full = _name(name, ownership.checkout())
        return bool(_run(connection, "SELECT 1 FROM pg_stat_activity WHERE datname = %s LIMIT 1", values=(full,)))


def is_empty(made: str) -> bool:
    """Whether the database holds no table, wherever one could be."""
    query = "SELECT 1 FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') LIMIT 1"
    with connected(made) as connection:
        return not _run(connection, query)


def clear() -> list[str]:
    """Drop all lasting databases of this checkout; returns their names."""
    with connected(url()) as connection:
        cleared = [name for name, mark in ours(connection).items() if mark.is_lasting_here()]
        for name in cleared:
            _drop(connection, name)
    return cleared


def sweep() -> int:
    """Drop the fresh databases whose makers died and left them behind; returns how many.

    The first `create` of a process on a server does it too.
    """
    swept = 0
    with connected(url()) as connection:
        for name, mark in ours(connection).items():
            swept += mark.is_abandoned() and _drop_idle(connection, name)
    return swept


def ours(connection: Connection) -> dict[str, Mark]:
    """The databases on this server that a workbook made, by name."""
    query = "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname LIKE %s ORDER BY 1"
    rows = _run(connection, query, values=(r"workbook\_%",))
    return {name: mark for name, comment in rows if (mark := ownership.read(comment))}


@cache
def _tidied(at: str) -> None:
    """Sweep the server `at`, once."""
    with suppress(UserError):  # what cannot be swept is no reason not to go on
        sweep()


def _name(label: str, tail: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")
    head = f"workbook_{plain}"[: LONGEST - len(tail) - 1]
    return f"{head}_{tail}"


def _lasting(name: str, *, anew: bool) -> str:
    at = url()
    full = _name(name, ownership.checkout())
    with connected(at) as connection:
        if anew:
            _drop(connection, full)
        if not _exists(connection, full):
            _make(connection, full, "named")
    return with_name(at, full)


def _exists(connection: Connection, name: str) -> bool:
    return bool(_run(connection, "SELECT 1 FROM pg_database WHERE datname = %s", values=(name,)))


def _make(connection: Connection, name: str, kind: Kind) -> None:
    """Clone the template, which is made when it is missing, and mark the clone."""
    from psycopg2 import errors

    clone = "CREATE DATABASE {name} TEMPLATE {template}"
    if connection.server_version >= 150_000:
        # To copy files asks for two checkpoints: quicker where nothing waits for the disk, else slower.
        ((fsync,),) = _run(connection, "SHOW fsync")
        clone += " STRATEGY wal_log" if fsync == "on" else " STRATEGY file_copy"
    with suppress(errors.DuplicateDatabase, errors.UniqueViolation):  # lasting, and another process was first
        try:
            _run(connection, clone, name=name, template=TEMPLATE)
        except errors.InvalidCatalogName:
            _make_template(connection)
            _run(connection, clone, name=name, template=TEMPLATE)
        if connection.get_parameter_status("TimeZone") not in ("UTC", "Etc/UTC"):
            _run(connection, "ALTER DATABASE {name} SET timezone TO 'UTC'", name=name)
        _mark(connection, name, kind)


def _make_template(connection: Connection) -> None:
    """An empty database that sorts and folds text alike on every server, whatever `template1` there has become."""
    from psycopg2 import errors

    locales = ["LOCALE 'C.UTF-8'", "LOCALE 'C'"]
    if connection.server_version >= 170_000:
        locales.insert(0, "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'")
    for locale in locales:
        with suppress(errors.DuplicateDatabase, errors.UniqueViolation, errors.WrongObjectType):
            _run(
                connection,
                "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' "
                f"{locale} IS_TEMPLATE true ALLOW_CONNECTIONS false",
                name=TEMPLATE,
            )
            _mark(connection, TEMPLATE, "template")
            return


def _mark(connection: Connection, name: str, kind: Kind) -> None:
    _run(connection, "COMMENT ON DATABASE {name} IS %s", name=name, values=(ownership.new(kind).text(),))


def _drop(connection: Connection, name: str) -> None:
    """Drop what carries our mark and is no template, with the sessions in it."""
    from psycopg2 import errors

    if not _exists(connection, name):
        return
    mark = ours(connection).get(name)
    if mark is None or mark.kind == "template":
        raise UserError(
            f"The database {name!r} was not made by the workbook, so the workbook does not drop it.",
            f'If you really want it gone, drop it yourself: DROP DATABASE "{name}";',
        )
    for made in _derived(connection, name):
        _run(connection, "DROP DATABASE IF EXISTS {name} WITH (FORCE)", name=made)
    try:
        _run(connection, "DROP DATABASE IF EXISTS {name} WITH (FORCE)", name=name)
    except errors.InsufficientPrivilege:  # autovacuum is at work in it, which ends by itself for the plain statement
        _run(connection, TERMINATE, values=(name,))
        _run(connection, "DROP DATABASE IF EXISTS {name}", name=name)


def _derived(connection: Connection, name: str) -> list[str]:
    """What a test made beside its database, under a name that begins with it: one that was killed left it behind.

    One that somebody has commented on is theirs.
    """
    query = (
        "SELECT datname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba "
        "WHERE rolname = current_user AND starts_with(datname, %s) "
        "AND shobj_description(pg_database.oid, 'pg_database') IS NULL"
    )
    return [made for (made,) in _run(connection, query, values=(f"{name}_",))]


def _drop_idle(connection: Connection, name: str) -> bool:
    """Drop a database that nobody is connected to; returns whether it could be dropped."""
    from psycopg2 import errors

    if _run(connection, "SELECT 1 FROM pg_stat_activity WHERE datname = %s", values=(name,)):
        return False  # DROP DATABASE would wait some seconds for them to leave
    with suppress(errors.ObjectInUse, errors.InvalidCatalogName, errors.InsufficientPrivilege):
        for made in [*_derived(connection, name), name]:
            _run(connection, "DROP DATABASE {name}", name=made)
        return True
    return False


def _run(connection: Connection, query: str, *, values: tuple[str, ...] = (), **names: str) -> list[tuple[Any, ...]]:
    """Execute one statement and return its rows; `names` are put in as identifiers, `values` as literals."""
    from psycopg2 import sql

    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(query).format(**{key: sql.Identifier(name) for key, name in names.items()}), values)
        return cursor.fetchall() if cursor.description else []
