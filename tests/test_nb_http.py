"""What a notebook shows of requests, SQL, rows and refusals."""

from __future__ import annotations

import os
import re
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import create_engine, inspect, make_url, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from walks import hello as hello
from walks import store as store
from walks import text as read

from workbook.nb import psql, raises, request, server, sql, table
from workbook.nb.expected_error import NotRaisedError
from workbook.nb.notebook_session import NotebookSession
from workbook.nb.rendering import Shown
from workbook.nb.statements import Statements


class Base(DeclarativeBase):
    """Of the models of these tests."""


class Cup(Base):
    """A cup."""

    __tablename__ = "cup"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(unique=True)


@pytest.fixture
def session(store: NotebookSession) -> Any:
    """A session on the notebook's database, the table made."""
    engine = create_engine(os.environ["DATABASE_URL"])
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_request_shows_question_and_answer(hello: NotebookSession) -> None:
    """Method, path, status, the telling headers and the body, plain and as HTML."""
    shown = request("GET", "/hello")

    assert shown.plain.splitlines() == [
        "→ GET /hello",
        "",
        "← 200 OK",
        "  content-type: application/json",
        "",
        '  {"message": "hello, world"}',
    ]
    assert "← 200 OK ✓" in read(shown)


def test_request_shows_what_was_sent(hello: NotebookSession) -> None:
    """A body and headers that were given stand in the question, and 405 says what is allowed."""
    lines = request("POST", "/hello", json={"a": 1}, headers={"x-name": "ada"}).plain.splitlines()

    assert lines[:5] == ["→ POST /hello", "  content-type: application/json", "  x-name: ada", "", '  {"a": 1}']
    assert "  allow: GET" in lines


def test_request_marks_a_refusal_with_a_sign(hello: NotebookSession) -> None:
    """Colour is not the only sign of a 404."""
    assert "← 404 Not Found ✗" in read(request("GET", "/goodbye"))


def test_request_hands_on_the_answer(hello: NotebookSession) -> None:
    """A cell may ask more of the answer than what is shown."""
    answer = request("GET", "/hello")

    assert (answer.status, answer.json()["message"]) == (200, "hello, world")


def test_request_shows_an_error_as_the_client_sees_it(hello: NotebookSession) -> None:
    """What is raised inside the app reaches the client as 500."""
    app = FastAPI()

    @app.get("/")
    def crash() -> None:
        raise RuntimeError

    assert request("GET", "/", app=app).status == 500


def test_request_opens_only_what_does_not_fit_on_a_line(hello: NotebookSession) -> None:
    """Long JSON is opened, its short parts stay together."""
    app = FastAPI()
    rows: list[dict[str, Any]] = [{"name": "a" * 30, "tags": [1, 2]}, {"name": "b" * 30, "tags": []}]

    @app.get("/")
    def many() -> list[dict[str, Any]]:
        return rows

    assert request("GET", "/", app=app).plain.splitlines()[-4:] == [
        "  [",
        f'    {{"name": "{"a" * 30}", "tags": [1, 2]}},',
        f'    {{"name": "{"b" * 30}", "tags": []}}',
        "  ]",
    ]


def test_request_shortens_tokens_and_hands_on_the_whole(hello: NotebookSession) -> None:
    """A token is another each time from its middle on: only its beginning is shown, and the same every time."""
    app = FastAPI()
    token = f"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.{'a' * 40}.{'b' * 43}"

    @app.post("/")
    def log_in() -> dict[str, str]:
        return {"access_token": token}

    shown = request("POST", "/", json={"old": token}, headers={"Authorization": f"Bearer {token}"}, app=app)

    assert shown.plain.splitlines() == [
        "→ POST /",
        "  content-type: application/json",
        "  Authorization: Bearer eyJhbGciOiJI…",
        "",
        '  {"old": "eyJhbGciOiJI…"}',
        "",
        "← 200 OK",
        "  content-type: application/json",
        "",
        '  {"access_token": "eyJhbGciOiJI…"}',
    ]
    assert token not in shown.html
    assert shown.json()["access_token"] == token


@pytest.mark.parametrize("text", ["eyJhbGciOiJI.short.one", "fastauth." + "x" * 60, "eyJhbGciOiJI" + "x" * 60])
def test_request_shortens_nothing_else(hello: NotebookSession, text: str) -> None:
    """What is short, or no token, is shown as it is."""
    assert text in request("POST", "/hello", json={"text": text}).plain


def test_server_serves_the_app_on_a_real_socket(hello: NotebookSession) -> None:
    """Within the block, a client speaks HTTP to the app."""
    with server() as client:
        assert client.get("/hello").json() == {"message": "hello, world"}


def test_sql_shows_every_statement_with_its_parameters(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    """BEGIN, what was sent, what was sent with it, and COMMIT."""
    with sql():
        session.add(Cup(id=1, name="blue"))
        session.commit()

    assert capsys.readouterr().out.splitlines() == [
        "BEGIN",
        "INSERT INTO cup (id, name) VALUES (%(id)s, %(name)s)",
        "  {'id': 1, 'name': 'blue'}",
        "COMMIT",
    ]


def test_sql_shows_savepoints_and_rollbacks(session: Session) -> None:
    """How a transaction went on is part of the story."""
    with sql(show=False) as seen, session.begin_nested():
        session.execute(text("SELECT 1"))
    with sql(show=False) as more:
        session.rollback()

    assert [line.split()[0] for line in seen.texts] == ["BEGIN", "SAVEPOINT", "SELECT", "RELEASE"]
    assert more.texts == ["ROLLBACK"]


def test_sql_says_questions_to_the_catalogue_in_one_line(session: Session) -> None:
    """Whether a table is there is a long question, and not the point."""
    with sql(show=False) as seen:
        inspect(session.connection()).has_table("cup")

    assert seen.texts == ["BEGIN", "SELECT … FROM pg_catalog …"]


def test_sql_shows_no_parameters_of_what_it_shortens() -> None:
    """Values of a question that is not shown would say nothing."""
    noted = Statements()
    noted.add("SELECT relname FROM pg_catalog.pg_class WHERE relname = %(name)s", {"name": "cup"})
    noted.finish()

    assert noted.plain == "SELECT … FROM pg_catalog …"


def test_sql_shows_where_a_statement_begins() -> None:
    """A long line goes on further in, so that only a statement's first line stands at the left."""
    noted = Statements()
    noted.add("SELECT 1\nFROM cup", {"id": 1})
    noted.finish()

    assert noted.html.count("text-indent:-") == 3
    assert read(noted).split() == noted.plain.split()


@pytest.mark.parametrize("word", ["SAVEPOINT", "RELEASE", "RETURNING"])
def test_sql_colours_the_words_of_postgresql(word: str) -> None:
    """The dialect's own words are as loud as SELECT."""
    noted = Statements()
    noted.add(f"SELECT {word}")
    noted.finish()

    assert re.search(rf"<span [^>]*>SELECT {word}</span>", noted.html)


def test_sql_stops_listening_after_the_block(session: Session) -> None:
    """Later statements are not noted, even when the block raised."""
    with pytest.raises(ZeroDivisionError), sql(show=False) as seen:
        raise ZeroDivisionError
    session.execute(text("SELECT 1"))

    assert (seen.texts, seen.plain) == ([], "(no SQL)")


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        pytest.param([{"id": 1, "name": None}, {"id": 22, "name": "x"}], None, id="mappings"),
        pytest.param([(1, None), (22, "x")], ["id", "name"], id="tuples"),
        pytest.param([Cup(id=1, name=None), Cup(id=22, name="x")], None, id="objects"),
        pytest.param(
            SimpleNamespace(description=[("id",), ("name",)], fetchall=lambda: [(1, None), (22, "x")]),
            None,
            id="cursor",
        ),
    ],
)
def test_table_shows_rows_of_every_kind(rows: Any, columns: list[str] | None) -> None:
    """Numbers stand at the right, NULL has a name, and the rows are counted: as psql does it."""
    shown = table(rows, columns)

    assert shown.plain.splitlines() == [" id | name", "----+------", "  1 | NULL", " 22 | x", "(2 rows)"]
    assert "NULL" in read(shown)


def test_table_shows_a_result_of_sqlalchemy(session: Session) -> None:
    """A result is fetched, with its own column names."""
    assert table(session.execute(text("SELECT 7 AS seven"))).plain.splitlines()[0] == " seven"


def test_table_shows_the_columns_of_an_empty_result(session: Session) -> None:
    """No rows is an answer too."""
    assert table(session.execute(text("SELECT 7 AS seven WHERE false"))).plain.endswith("(0 rows)")


def test_table_escapes_what_html_would_swallow() -> None:
    """A row may hold anything."""
    assert "&lt;b&gt;" in table([{"a": "<b>"}]).html


def test_table_is_written_in_the_ink_around_it() -> None:
    """A table stands on no panel: a colour of its own would not be seen on a dark ground that is not trusted."""
    html = table([{"a": 1}], title="cups").html

    assert {declared for declared in html.split(";") if declared.startswith("color:")} == {"color:inherit"}


def test_raises_shows_what_the_database_says(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    """The class, the message and the SQLSTATE, without a traceback and without an address."""
    session.add_all([Cup(id=1, name="blue"), Cup(id=2, name="blue")])

    with raises(IntegrityError):
        session.flush()

    shown = capsys.readouterr().out
    assert shown.startswith("✗ IntegrityError\n  (psycopg2.errors.UniqueViolation) duplicate key value")
    assert shown.endswith("  SQLSTATE 23505\n")
    assert "http" not in shown


def test_raises_shows_where_a_line_begins(hello: NotebookSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long line of a message goes on further in."""
    displayed: list[Shown] = []
    monkeypatch.setattr("IPython.display.display", displayed.append)

    with raises(ValueError):
        raise ValueError("one\ntwo")

    assert displayed[0].html.count("text-indent:-") == 3
    assert read(displayed[0]).rstrip() == displayed[0].plain


def test_raises_wants_something_raised() -> None:
    """A block that goes through is not what the notebook says."""
    with pytest.raises(NotRaisedError, match="Nothing was raised; expected KeyError"), raises(KeyError):
        pass


def test_raises_lets_other_exceptions_through() -> None:
    """Only what is expected is shown instead of raised."""
    with pytest.raises(ValueError, match="other"), raises(KeyError):
        raise ValueError("other")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        pytest.param(
            "SELECT 404 AS status", "=> SELECT 404 AS status\n status\n--------\n    404\n(1 row)", id="query"
        ),
        pytest.param("SELECT nothing", 'ERROR:  column "nothing" does not exist', id="error"),
        pytest.param(r"\dt", "Did not find any", id="backslash"),
    ],
)
def test_psql_shows_what_the_terminal_would(store: NotebookSession, command: str, said: str) -> None:
    """The real psql, on the notebook's database."""
    assert said in psql(command).plain


def test_psql_does_not_name_the_server(store: NotebookSession) -> None:
    """Neither port nor password nor the name of the database is shown."""
    url = make_url(os.environ["DATABASE_URL"])
    plain = psql("SELECT 1").plain

    assert not any(str(part) in plain for part in (url.port, url.password, url.database))
