"""The PostgreSQL server that we may use: its URL, and a connection to it or a sentence why there is none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from workbook import course
from workbook.postgres import server as embedded
from workbook.system.errors import UserError
from workbook.system.invocation import call

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812

DRIVER = "postgresql+psycopg2"
EMBEDDED = "the embedded PostgreSQL"


@dataclass(frozen=True)
class Server:
    """A SQLAlchemy URL and, for a person, where we have it from."""

    url: str
    origin: str


def server() -> Server:
    """What DATABASE_URL names, in the environment or in `.env`; else the embedded PostgreSQL, started when needed."""
    named = configured()
    if named is None:
        return Server(embedded.ensure(), EMBEDDED)
    if embedded.is_ours(named.url):  # one of our own processes set it for its children; the server may have died since
        return Server(with_name(embedded.ensure(), name_of(named.url)), EMBEDDED)
    return named


def configured() -> Server | None:
    """What DATABASE_URL names; None where it is set nowhere. Raises `UserError` where it is no URL of PostgreSQL."""
    for origin, look in (("DATABASE_URL in your environment", _from_environment), ("DATABASE_URL in .env", _from_file)):
        if named := look():
            return Server(_postgresql(named, origin), origin)
    return None


def name_of(url: str) -> str:
    """The database that a URL names."""
    return unquote(urlsplit(url).path.lstrip("/"))


def with_name(url: str, name: str) -> str:
    """The same server, another database."""
    parts = urlsplit(url)
    return SplitResult(parts.scheme, parts.netloc, f"/{name}", parts.query, "").geturl()


def native(url: str) -> str:
    """The URL as libpq, psycopg2 and psql write it."""
    return url.replace(DRIVER, "postgresql", 1)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection in autocommit mode, closed at the end; `UserError` where the server lets us not in."""
    import psycopg2

    try:
        connection = psycopg2.connect(native(url), connect_timeout=5)
    except psycopg2.OperationalError as error:
        raise _explain(str(error), url) from None
    except psycopg2.Error as error:  # a URL that libpq cannot read
        raise UserError(f"The database URL cannot be read: {error}".strip(), _SHAPE) from None
    try:
        connection.autocommit = True
        yield connection
    except psycopg2.errors.InsufficientPrivilege as error:
        user = connection.info.user.replace('"', '""')
        raise UserError(
            f"The user {connection.info.user!r} of {_at(url)} may not: {_first(error)}.",
            f'As an administrator of that server, run: ALTER ROLE "{user}" CREATEDB;',
        ) from None
    except psycopg2.errors.DiskFull as error:
        raise UserError(f"The disk of {_at(url)} is full: {_first(error)}.", "Make room on it.") from None
    except psycopg2.Error as error:
        raise UserError(f"The server at {_at(url)} says: {_first(error)}.", f"Run `{call('doctor')}`.") from None
    finally:
        connection.close()


_FULL = "Shut down notebooks and programs that you no longer need."
_SHAPE = "Write it as postgresql+psycopg2://user:password@host:5432/database, special characters as %XX."


def _from_environment() -> str:
    return os.environ.get("DATABASE_URL", "").strip()


def _from_file() -> str:
    file = course.root() / ".env"
    if not file.is_file():
        return ""
    from dotenv import dotenv_values

    try:
        return (dotenv_values(file, encoding="utf-8-sig").get("DATABASE_URL") or "").strip()
    except UnicodeDecodeError:
        raise UserError(f"{file} is not UTF-8.", "Save it as UTF-8 in your editor.") from None
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}.", "Make it readable or remove it.") from None


def _postgresql(url: str, origin: str) -> str:
    """`url` for SQLAlchemy with psycopg2; raises `UserError` where it names no PostgreSQL database."""
    scheme, separator, rest = url.partition("://")
    kind = scheme.partition("+")[0]
    if not separator or kind not in ("postgres", "postgresql"):
        raise UserError(
            f"{origin} does not name a PostgreSQL server: it starts with {(scheme or url)[:20]!r}.",
            "Name one, or remove it and use the embedded PostgreSQL.",
        )
    try:
        parts = urlsplit(f"{DRIVER}://{rest}")
        _ = parts.port
    except ValueError as error:
        raise UserError(f"{origin} cannot be read: {error}.", _SHAPE) from None
    if not name_of(parts.geturl()):
        raise UserError(f"{origin} names no database.", "Write one behind the last slash: the one to connect to first.")
    return parts.geturl()


def _explain(said: str, url: str) -> UserError:
    """libpq's words, which carry no code, as what is wrong and what to do."""
    parts = urlsplit(url)
    user, host, name = unquote(parts.username or ""), parts.hostname or "", name_of(url)
    at = _at(url)
    change = "correct DATABASE_URL"
    for words, what, todo in (
        ("translate host name", f"No computer is called {host!r}.", f"Look at the spelling, then {change}."),
        (
            "onnection refused",
            f"No server listens at {at}.",
            f"Start it (docker compose up -d), or {change}; without DATABASE_URL the embedded PostgreSQL is used.",
        ),
        ("timeout expired", f"Nothing answers at {at}.", f"Look for a firewall in between, or {change}."),
        ("password authentication failed", f"The server at {at} refuses this password for {user!r}.", f"{change}."),
        ("no password supplied", f"The server at {at} wants a password for {user!r}.", f"Put it in: {change}."),
        (f'role "{user}" does not exist', f"The server at {at} knows no user {user!r}.", f"Make it, or {change}."),
        (
            f'database "{name}" does not exist',
            f"The server at {at} has no database {name!r}.",
            f"Make it (createdb), or {change}: `postgres` is nearly always there.",
        ),
        ("connection slots", f"The server at {at} has no connection left.", _FULL),
        ("too many c", f"The server at {at} has no connection left.", _FULL),
    ):
        if words in said:
            return UserError(what, todo[0].upper() + todo[1:])
    return UserError(f"The server at {at} lets us not in: {_first(said)}.", f"Run `{call('doctor')}`.")


def _at(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}:{parts.port or 5432}"


def _first(said: object) -> str:
    """The first line of the server's or libpq's words."""
    lines = str(said).strip().splitlines()
    return lines[0].split("FATAL: ")[-1].strip().rstrip(".") if lines else "nothing"
