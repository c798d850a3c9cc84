"""Reports read a second database, and cannot write it.

`make_engine(url, read_only=True)` makes an engine on which the database refuses every write.
`get_reporting_db` in `blog/database.py` is a dependency: a session per request on such an engine. Its address is
`REPORTING_URL`, a setting like the others; without it, the service's own address.
`GET /reports/authors` answers every user with the number of posts: `[{"username": "ada", "posts": 0}, …]`, by username.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest
from exercise.conftest import refused, reports_only
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from blog import database
from blog.models import User
from blog.settings import get_settings

Reporting = Callable[[], Engine]

WRITES = [
    pytest.param("INSERT INTO users (username, email, password) VALUES ('eve', 'e@e', 'x')", id="insert"),
    pytest.param("UPDATE posts SET title = 'Mine'", id="update"),
    pytest.param("DELETE FROM posts", id="delete"),
    pytest.param("CREATE TABLE loot (id INTEGER)", id="create"),
    pytest.param("DROP TABLE posts", id="drop"),
]
DELETE = text("DELETE FROM posts")
COUNT = text("SELECT count(*) FROM posts")
ASKED = """
from contextlib import contextmanager
from blog import database
with contextmanager(database.get_reporting_db)() as session:
    print(session.get_bind().url.database)
"""


def test_a_report_counts_the_posts_of_every_user(reporting: Reporting) -> None:
    """Users by name, those without a post too; the service's own database is not asked."""
    with reports_only(reporting()) as client:
        response = client.get("/reports/authors")

    assert response.status_code == 200
    assert response.json() == [{"username": "ada", "posts": 0}, {"username": "vera", "posts": 2}]


@pytest.mark.parametrize("statement", WRITES)
def test_the_database_refuses_to_write(reporting: Reporting, statement: str) -> None:
    """It is not the app that checks: a statement written by hand is refused as well."""
    with reporting().connect() as connection, refused():
        connection.execute(text(statement))


def test_an_object_is_refused_too(reporting: Reporting) -> None:
    """A session that flushes is told the same."""
    with Session(reporting()) as session, refused():
        session.add(User(username="eve", email="e@e", password="x"))
        session.flush()


def test_it_stays_so_after_a_rollback(reporting: Reporting) -> None:
    """A connection that goes back to the pool and comes out again still refuses."""
    for _ in range(3):
        with reporting().connect() as connection:
            assert connection.scalar(COUNT) == 2
            with refused():
                connection.execute(DELETE)


def test_it_stays_so_after_a_commit(reporting: Reporting) -> None:
    """The second transaction of a connection is as bound as the first."""
    with reporting().connect() as connection:
        assert connection.scalar(COUNT) == 2
        connection.commit()
        with refused():
            connection.execute(DELETE)


def test_it_is_so_on_every_connection(reporting: Reporting) -> None:
    """Not only the first connection of the pool refuses."""
    with reporting().connect(), reporting().connect() as second, refused():
        second.execute(DELETE)


def test_the_service_may_still_write(reporting: Reporting, written: Engine) -> None:
    """An engine of the service writes before and after a report was read, and a new one does too."""
    with reporting().connect() as connection:
        connection.scalar(COUNT)
    another = database.make_engine(written.url)
    try:
        for engine in (written, another):
            with engine.begin() as connection:
                assert connection.execute(text("UPDATE posts SET published = true")).rowcount == 2
    finally:
        another.dispose()


def test_foreign_keys_still_hold(written: Engine) -> None:
    """What `make_engine` did before, it still does."""
    engine = database.make_engine(written.url)
    try:
        with engine.connect() as connection, pytest.raises(Exception, match=r"(?i)foreign key"):
            connection.execute(text("UPDATE posts SET owner_id = 1000"))
    finally:
        engine.dispose()


def test_without_an_address_reports_read_the_services_database() -> None:
    """The app's own dependency yields a session that the database does not let write."""
    with contextmanager(database.get_reporting_db)() as session:
        engine = session.get_bind()
        assert isinstance(engine, Engine)
        assert engine.url == get_settings().url
        with refused():
            session.execute(text("CREATE TABLE loot (id INTEGER)"))
    engine.dispose()


@pytest.mark.parametrize(
    ("reporting_url", "database_name"),
    [
        pytest.param({"REPORTING_URL": "sqlite:///reports.db"}, "reports.db", id="its-own"),
        pytest.param({}, "blog.db", id="the-service's"),
    ],
)
def test_reports_have_an_address_of_their_own(reporting_url: dict[str, str], database_name: str) -> None:
    """In a service that starts with REPORTING_URL, reports read that database."""
    environment = {name: value for name, value in os.environ.items() if name != "REPORTING_URL"}
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        env=environment | {"DATABASE_URL": "sqlite:///blog.db"} | reporting_url,
        cwd=Path(__file__).parents[1],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.stdout.strip() == database_name, done.stderr
