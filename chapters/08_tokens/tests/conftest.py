"""A database for tests. Around each test a transaction that is rolled back; for races, a server and real commits."""

import ctypes
import os
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Thread
from uuid import uuid4

import httpx2
import pytest
import uvicorn
from fastapi.testclient import TestClient
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session, sessionmaker

from fastauth.database import Base, get_db
from fastauth.main import app
from fastauth.passwords import Passwords, get_passwords
from fastauth.settings import Settings, get_settings


@contextmanager
def new_database() -> Iterator[Engine]:
    """An engine on a new database with all tables, dropped at the end.

    The name is made up on the spot, so no database that was there before can be touched.
    """
    url = make_url(os.environ["DATABASE_URL"])
    name = f"{url.database}_test_{uuid4().hex[:8]}"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        engine = create_engine(url.set(database=name))
        try:
            Base.metadata.create_all(engine)
            yield engine
        finally:
            engine.dispose()
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Settings as the service reads them from an environment that has nothing but a key."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SECRET_KEY", "a key that signs nothing but what the tests make")
        environment.delenv("TOKEN_MINUTES", raising=False)
        return get_settings.__wrapped__()


@pytest.fixture(autouse=True)
def own_settings(settings: Settings) -> Iterator[None]:
    """The app reads no environment."""
    app.dependency_overrides[get_settings] = lambda: settings
    yield
    del app.dependency_overrides[get_settings]


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    """Argon2 at its lowest cost: the same code and the same kind of hash, without the work."""
    return Passwords(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(autouse=True)
def cheap_hashes(passwords: Passwords) -> Iterator[None]:
    """The app hashes cheaply."""
    app.dependency_overrides[get_passwords] = lambda: passwords
    yield
    del app.dependency_overrides[get_passwords]


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """An engine on the database of this run."""
    with new_database() as engine:
        yield engine


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection inside a transaction that is rolled back after the test."""
    with engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """A session whose commits and rollbacks end a savepoint, not the transaction around it."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        yield session


@pytest.fixture
def client(connection: Connection) -> Iterator[TestClient]:
    """Speaks HTTP to the app; every request gets a new session on the test's connection."""

    def get_test_db() -> Iterator[Session]:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session

    app.dependency_overrides[get_db] = get_test_db
    yield TestClient(app)
    del app.dependency_overrides[get_db]


@pytest.fixture(params=["UTC0", "WEST+9", "EAST-9"], ids=["at-utc", "west-of-it", "east-of-it"])
def local_time(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose local time is UTC, nine hours behind it, or nine hours ahead."""
    monkeypatch.setenv("TZ", request.param)
    read_time_zone()
    yield
    monkeypatch.undo()
    read_time_zone()


def read_time_zone() -> None:
    """Let the process take its time zone from the environment again."""
    if sys.platform == "win32":
        ctypes.CDLL("ucrtbase")._tzset()
    else:
        time.tzset()


@pytest.fixture(scope="module")
def race_database() -> Iterator[Engine]:
    """An engine on a database of the file's own, where a commit is a commit and every connection sees it."""
    with new_database() as engine:
        yield engine


@pytest.fixture
def race_engine(race_database: Engine) -> Iterator[Engine]:
    """The same engine for one test, after which the tables are empty again."""
    yield race_database
    with race_database.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture(scope="module")
def race_server(race_database: Engine) -> Iterator[httpx2.Client]:
    """Speaks HTTP to a server that serves the app from that database, with sessions as the app makes them."""
    listener = socket.socket(proto=socket.IPPROTO_TCP)  # asyncio delays small answers on a socket that does not say so
    listener.bind(("127.0.0.1", 0))
    listener.listen()  # from now on a client waits for the server, and is not refused
    host, port = listener.getsockname()
    anew = httpx2.Limits(max_keepalive_connections=0)  # a server that has answered 500 closes the connection
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="critical"))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]})
    with (
        pytest.MonkeyPatch.context() as patch,
        httpx2.Client(base_url=f"http://{host}:{port}", trust_env=False, timeout=30, limits=anew) as http,
    ):
        patch.setattr("fastauth.database.SessionLocal", sessionmaker(race_database))
        thread.start()
        yield http
        server.should_exit = True
        thread.join()


@pytest.fixture
def server(race_server: httpx2.Client, race_engine: Engine) -> httpx2.Client:
    """The same server for one test, after which the tables are empty again."""
    return race_server


@pytest.fixture
def inserts_meet(race_engine: Engine) -> Iterator[None]:
    """Holds an INSERT until there is a second one: both clients have done everything that comes before it."""
    barrier = Barrier(2, timeout=10)

    def meet(connection: Connection, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT"):
            barrier.wait()

    event.listen(race_engine, "before_cursor_execute", meet)
    yield
    event.remove(race_engine, "before_cursor_execute", meet)


def register_at_once(server: httpx2.Client, usernames: Sequence[str]) -> list[int]:
    """The sorted statuses of as many clients, each in a thread, who register these names at the same moment."""
    barrier = Barrier(len(usernames), timeout=10)

    def register(username: str) -> int:
        barrier.wait()
        user = {"username": username, "password": "cobol", "fullname": "Grace Hopper"}
        return server.post("/users/register", json=user).status_code

    with ThreadPoolExecutor(len(usernames)) as threads:
        return sorted(threads.map(register, usernames))
