"""A database for tests. Around each test a transaction that is rolled back; for races, a server and real commits."""

import os
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Thread
from uuid import uuid4

import httpx2
import pytest
import uvicorn
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session, sessionmaker

from fastauth.database import Base, get_db
from fastauth.main import app


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


@pytest.fixture
def race_engine() -> Iterator[Engine]:
    """An engine on a database of the test's own, where a commit is a commit and every connection sees it."""
    with new_database() as engine:
        yield engine


@pytest.fixture
def server(race_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server that serves the app from that database, with sessions as the app makes them."""
    monkeypatch.setattr("fastauth.database.SessionLocal", sessionmaker(race_engine))
    listener = socket.socket(proto=socket.IPPROTO_TCP)  # asyncio delays small answers on a socket that does not say so
    listener.bind(("127.0.0.1", 0))
    listener.listen()  # from now on a client waits for the server, and is not refused
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="critical"))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    host, port = listener.getsockname()
    yield f"http://{host}:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def inserts_meet(race_engine: Engine) -> None:
    """Holds an INSERT until there is a second one: both clients have done everything that comes before it."""
    barrier = Barrier(2, timeout=10)

    @event.listens_for(race_engine, "before_cursor_execute")
    def meet(connection: Connection, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT"):
            barrier.wait()


def register_at_once(server: str, usernames: Sequence[str]) -> list[int]:
    """The sorted statuses of as many clients, each in a thread, who register these names at the same moment."""
    barrier = Barrier(len(usernames), timeout=10)

    def register(username: str) -> int:
        barrier.wait()
        user = {"username": username, "password": "cobol", "fullname": "Grace Hopper"}
        return http.post("/users/register", json=user).status_code

    with (
        httpx2.Client(base_url=server, trust_env=False, timeout=30) as http,
        ThreadPoolExecutor(len(usernames)) as threads,
    ):
        return sorted(threads.map(register, usernames))
