"""What differs between the two databases, row by row: each row is a test on either."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import Connection, DateTime, Engine, create_engine, inspect, select, text, type_coerce
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from blog.models import Post, User

Probe = Callable[[Engine], str]


def margaret(session: Session, username: str = "margaret") -> User:
    """A user who is stored in this transaction."""
    user = User(username=username, email=f"{username}@example.org", password="a hash")
    session.add(user)
    session.flush()
    return user


def long_title(engine: Engine) -> str:
    """A title of 201 characters in a column of 200."""
    with Session(engine) as session:
        session.add(Post(title="t" * 201, content="…", owner_id=margaret(session).id))
        session.flush()
    return "stores it"


def word_for_number(engine: Engine) -> str:
    """A word in a column of integers."""
    with engine.connect() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE amounts (amount INTEGER)"))
        connection.execute(text("INSERT INTO amounts VALUES ('many')"))
    return "stores it"


def nul(engine: Engine) -> str:
    """A NUL inside a text."""
    with Session(engine) as session:
        margaret(session, "mar\0garet")
    return "stores it"


def large_id(engine: Engine) -> str:
    """A look-up of an id that no column could hold."""
    with Session(engine) as session:
        found = session.scalar(select(User).where(User.id == 10**20))
    return "finds nobody" if found is None else "finds somebody"


def capitals(engine: Engine) -> str:
    """LIKE 'MARG%', where the name is in small letters."""
    with Session(engine) as session:
        margaret(session)
        found = session.scalar(select(User).where(User.username.like("MARG%")))
    return "finds nobody" if found is None else "finds her"


def offset(engine: Engine) -> str:
    """A moment, read through a plain DateTime(timezone=True)."""
    with Session(engine) as session:
        margaret(session)
        moment = session.scalars(select(type_coerce(User.created_at, DateTime(timezone=True)))).one()
        return "has its offset" if moment.tzinfo else "has no offset"


def last_id(engine: Engine) -> str:
    """The id of a new row, after the last one was deleted."""
    with Session(engine) as session:
        deleted = margaret(session)
        session.delete(deleted)
        session.flush()
        return "gives it again" if margaret(session, "maria").id == deleted.id else "gives the next"


def lock(engine: Engine) -> str:
    """SELECT … FOR UPDATE."""
    asked = str(select(User).with_for_update().compile(engine))
    return "locks the row" if "FOR UPDATE" in asked else "leaves it out"


def second_writer(engine: Engine) -> str:
    """Two open transactions that insert different rows."""
    with Session(engine) as first, Session(engine) as second:
        margaret(first)
        if engine.dialect.name == "sqlite":
            second.execute(text("PRAGMA busy_timeout = 0"))  # by default it waits for five seconds before it gives up
        margaret(second, "maria")
    return "lets both"


def plain(engine: Engine, probe: Callable[[Connection], str]) -> str:
    """What an engine does that `make_engine` didn't make."""
    bare = create_engine(engine.url)
    try:
        with bare.connect() as connection:
            return probe(connection)
    finally:
        bare.dispose()


def owner_of_none(engine: Engine) -> str:
    """A post of nobody, on a plain engine."""

    def probe(connection: Connection) -> str:
        with Session(connection) as session:
            session.add(Post(title="Lost", content="Whose?", owner_id=1000))
            session.flush()
        return "stores it"

    return plain(engine, probe)


def table_rolled_back(engine: Engine) -> str:
    """CREATE TABLE and a rollback, on a plain engine."""

    def probe(connection: Connection) -> str:
        connection.execute(text("CREATE TABLE drafts (id INTEGER)"))
        connection.rollback()
        if not inspect(connection).has_table("drafts"):
            return "takes it back"
        connection.execute(text("DROP TABLE drafts"))
        return "keeps the table"

    return plain(engine, probe)


@dataclass(frozen=True)
class Difference:
    """One row: what is tried, and what either database does."""

    probe: Probe
    postgresql: str
    sqlite: str

    @property
    def what(self) -> str:
        """What is tried, in words."""
        return (self.probe.__doc__ or "").rstrip(".")


DIFFERENCES = [
    Difference(long_title, "refuses it: 22001", "stores it"),
    Difference(word_for_number, "refuses it: 22P02", "stores it"),
    Difference(nul, "refuses it: ValueError", "stores it"),
    Difference(large_id, "finds nobody", "refuses it: OverflowError"),
    Difference(capitals, "finds nobody", "finds her"),
    Difference(offset, "has its offset", "has no offset"),
    Difference(last_id, "gives the next", "gives it again"),
    Difference(lock, "locks the row", "leaves it out"),
    Difference(second_writer, "lets both", "refuses it: SQLITE_BUSY"),
    Difference(owner_of_none, "refuses it: 23503", "stores it"),
    Difference(table_rolled_back, "takes it back", "keeps the table"),
]


def outcome(probe: Probe, engine: Engine) -> str:
    """What the probe sees, or the code of the error that it ends in."""
    try:
        return probe(engine)
    except (DBAPIError, ValueError, OverflowError) as error:
        cause = getattr(error, "orig", error)
        code = getattr(cause, "pgcode", None) or getattr(cause, "sqlite_errorname", None)
        return f"refuses it: {code or type(cause).__name__}"


@pytest.mark.parametrize("row", DIFFERENCES, ids=lambda row: row.probe.__name__)
def test_the_table_of_differences_holds(row: Difference, engine: Engine) -> None:
    """Each database does what its column says."""
    assert outcome(row.probe, engine) == getattr(row, engine.dialect.name)


@pytest.mark.parametrize("row", DIFFERENCES, ids=lambda row: row.probe.__name__)
def test_every_row_is_a_difference(row: Difference) -> None:
    """A row whose columns say the same does not belong here."""
    assert row.postgresql != row.sqlite
