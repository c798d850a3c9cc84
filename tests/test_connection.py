"""The server that we use is the one that is named, and a sentence says why it cannot be used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from embedded import answer, at_home, own_server

from workbook.postgres import connection
from workbook.postgres import server as embedded
from workbook.system.errors import UserError
from workbook.system.invocation import call

pytestmark = pytest.mark.xdist_group("connection")  # one cluster for all of it

URL = "postgresql+psycopg2://anna:secret@db.example:5432/work"


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A checkout with a server for this module."""
    with own_server(tmp_path_factory.mktemp("connection")) as root:
        yield root


@pytest.fixture
def server(premises: Path) -> Iterator[str]:
    """The URL of the server at home."""
    with at_home(premises):
        yield embedded.ensure()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A checkout without a server."""
    with at_home(tmp_path):
        yield tmp_path


def test_connection_is_what_the_environment_says(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It wins over the file."""
    (home / ".env").write_text("DATABASE_URL=postgresql://of@the.file/x\n", encoding="utf-8")
    monkeypatch.setenv("DATABASE_URL", URL)
    assert connection.server() == connection.Server(URL, "DATABASE_URL in your environment")


@pytest.mark.parametrize(
    "line",
    [
        f"DATABASE_URL={URL}",
        f'DATABASE_URL="{URL}"',
        f"DATABASE_URL = '{URL}'  # mine",
        f"\ufeff# first line\nexport DATABASE_URL={URL}\r",
    ],
    ids=["plain", "double-quotes", "single-quotes-and-comment", "windows-and-export"],
)
def test_connection_is_what_the_file_says(home: Path, line: str) -> None:
    """Written as people write such files."""
    (home / ".env").write_bytes(f"{line}\n".encode())
    assert connection.server() == connection.Server(URL, "DATABASE_URL in .env")


@pytest.mark.parametrize("text", [None, "OTHER=1\n", "DATABASE_URL=\n"], ids=["no-file", "no-line", "empty"])
def test_connection_is_the_embedded_server_where_nothing_is_named(
    server: str, premises: Path, text: str | None
) -> None:
    """Nobody has to name one."""
    file = premises / ".env"
    if text:
        file.write_text(text, encoding="utf-8")
    try:
        assert connection.server() == connection.Server(server, connection.EMBEDDED)
    finally:
        file.unlink(missing_ok=True)


def test_connection_brings_the_embedded_server_back(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel has its URL in the environment; the server may have stopped since."""
    url = connection.with_name(server, "mine")
    monkeypatch.setenv("DATABASE_URL", url)
    embedded.stop()
    assert connection.server() == connection.Server(url, connection.EMBEDDED)
    assert embedded.status().running


@pytest.mark.parametrize(
    "scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+asyncpg", "postgresql+psycopg2"]
)
def test_connection_uses_the_driver_that_is_installed(home: Path, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    """Providers write their URLs in several ways."""
    monkeypatch.setenv("DATABASE_URL", URL.replace("postgresql+psycopg2", scheme))
    assert connection.server().url == URL


@pytest.mark.parametrize(
    ("url", "what"),
    [
        pytest.param("sqlite:///x.db", "does not name a PostgreSQL server", id="another-database"),
        pytest.param("db.example/work", "does not name a PostgreSQL server", id="no-scheme"),
        pytest.param("postgresql://db.example", "names no database", id="no-database"),
        pytest.param("postgresql://db.example:five/work", "cannot be read", id="port"),
        pytest.param("postgresql://me:se[cret@db.example/work", "cannot be read", id="unquoted-password"),
    ],
)
def test_connection_refuses_what_names_no_server(
    home: Path, monkeypatch: pytest.MonkeyPatch, url: str, what: str
) -> None:
    """The sentence says where the URL stands."""
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(UserError, match=f"DATABASE_URL in your environment {what}"):
        connection.server()


def test_connection_refuses_a_file_in_another_encoding(home: Path) -> None:
    """As some Windows programs write it."""
    (home / ".env").write_text(f"DATABASE_URL={URL}\n", encoding="utf-16")
    with pytest.raises(UserError, match="not UTF-8"):
        connection.server()


@pytest.mark.parametrize(
    ("change", "what", "todo"),
    [
        pytest.param((r":\d+/", ":1/"), "No server listens at 127.0.0.1:1.", "docker compose up", id="refused"),
        pytest.param((r":\w+@", ":guessed@"), "refuses this password for 'workbook'", "DATABASE_URL", id="password"),
        pytest.param((r":\w+@", "@"), "wants a password for 'workbook'", "Put it in", id="no-password"),
        pytest.param((r"//\w+:", "//anna:"), "refuses this password for 'anna'", "DATABASE_URL", id="unknown-user"),
        pytest.param((r"127\.0\.0\.1", "nowhere.invalid"), "No computer is called 'nowhere.inv", "spelling", id="host"),
        pytest.param((r"\w+$", "thesis"), "has no database 'thesis'", "createdb", id="database"),
        pytest.param(
            (r"\w+$", "postgres?sslmode=require"), "does not support SSL", f"Run `{call('doctor')}`", id="anything-else"
        ),
        pytest.param((r"\w+$", "postgres?no_such=1"), "cannot be read", "Write it as", id="unknown-option"),
    ],
)
def test_connection_says_why_there_is_none(server: str, change: tuple[str, str], what: str, todo: str) -> None:
    """What is wrong, and what to do about it."""
    with pytest.raises(UserError) as raised, connection.connected(re.sub(*change, server)):
        pass
    assert what in raised.value.what
    assert todo in raised.value.todo


def test_connection_says_that_the_server_is_full(server: str) -> None:
    """Notebooks that nobody shut down keep their connections."""
    with ExitStack() as open_ones:
        for _ in range(97):  # three more are the program's own
            open_ones.enter_context(connection.connected(server))
        with pytest.raises(UserError, match="has no connection left"):
            open_ones.enter_context(connection.connected(server))


def test_connection_url_keeps_its_password_and_options() -> None:
    """Only the database is another."""
    url = "postgresql+psycopg2://me:p%40ss%2Fw@db.example:6000/work?sslmode=require"
    assert connection.with_name(url, "other") == url.replace("/work", "/other")
    assert connection.name_of(url) == "work"


def test_connection_closes_at_the_end(server: str) -> None:
    """Also after an error in the middle."""
    with pytest.raises(ZeroDivisionError), connection.connected(server) as connected:
        raise ZeroDivisionError
    assert connected.closed


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        pytest.param("SELECT * FROM nothing", 'says: relation "nothing" does not exist', id="anything"),
        pytest.param("DO $$ BEGIN RAISE SQLSTATE '53100'; END $$", "disk of 127.* is full", id="disk"),
    ],
)
def test_connection_tells_an_error_of_the_server(server: str, statement: str, what: str) -> None:
    """In a sentence, not as a traceback."""
    with pytest.raises(UserError, match=what):
        answer(server, statement)
