"""A database for tests. Around each test a transaction that is rolled back; for races, servers and real commits."""

import os
import re
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from threading import Barrier, Lock, Thread
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import uvicorn
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session, sessionmaker

from shop.database import Base, get_db
from shop.main import app
from shop.models import Product

BUYERS = 32
PATIENCE = 10  # seconds until a meeting goes on without those who have not come


@contextmanager
def new_database() -> Iterator[Engine]:
    """An engine on a new database with all tables, dropped at the end; it has a connection for each buyer.

    The name is made up on the spot, so no database that was there before can be touched.
    """
    url = make_url(os.environ["DATABASE_URL"])
    name = f"{url.database}_test_{uuid4().hex[:8]}"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        engine = create_engine(url.set(database=name), pool_size=BUYERS)
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
    race_database.dispose()  # a server has room for so many connections, and other tests run beside this one


@contextmanager
def speaking_to(address: str) -> Iterator[httpx2.Client]:
    """A client that opens a connection for each request: a server that has answered 500 closes the one it had."""
    anew = httpx2.Limits(max_keepalive_connections=0)
    with httpx2.Client(base_url=address, trust_env=False, timeout=30, limits=anew) as http:
        yield http


@pytest.fixture(scope="module")
def race_server(race_database: Engine) -> Iterator[httpx2.Client]:
    """Speaks HTTP to a server in this process, whose threads have sessions on that database."""
    listener = socket.socket(proto=socket.IPPROTO_TCP)  # asyncio delays small answers on a socket that does not say so
    listener.bind(("127.0.0.1", 0))
    listener.listen(BUYERS)  # from now on a client waits for the server, and is not refused
    host, port = listener.getsockname()
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="critical"))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]})
    with pytest.MonkeyPatch.context() as patch, speaking_to(f"http://{host}:{port}") as http:
        patch.setattr("shop.database.SessionLocal", sessionmaker(race_database))
        thread.start()
        yield http
        server.should_exit = True
        thread.join()


@pytest.fixture
def server(race_server: httpx2.Client, race_engine: Engine) -> httpx2.Client:
    """The same server for one test, after which the tables are empty again."""
    return race_server


@contextmanager
def process(url: str) -> Iterator[httpx2.Client]:
    """Speaks HTTP to a server that is a process of its own, with the app's own engine on the database of that URL."""
    command = [sys.executable, "-m", "uvicorn", "shop.main:app", "--port", "0", "--no-access-log"]
    environment = os.environ | {"DATABASE_URL": url}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, encoding="utf-8") as running:
        assert running.stderr is not None
        told = iter(running.stderr.readline, "")
        found = next((address for line in told if (address := re.search(r"http://[\d.]+:\d+", line))), None)
        assert found, "the server has not started"
        rest = Thread(target=deque, args=(told, 0))  # what nobody reads fills the pipe, and the server stops
        rest.start()
        try:
            with speaking_to(found[0]) as http:
                yield http
        finally:
            running.terminate()
            rest.join()


@pytest.fixture
def processes(race_engine: Engine) -> Iterator[list[httpx2.Client]]:
    """Speaks HTTP to two servers, each a process of its own, on one database."""
    url = race_engine.url.render_as_string(hide_password=False)
    with ExitStack() as stack:
        yield [stack.enter_context(process(url)) for _ in range(2)]


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited between the attempts; here it takes no time."""
    pauses: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", pauses.append)
    return pauses


def stocked(engine: Engine, *stocks: int) -> list[int]:
    """The ids of new products with these stocks."""
    with Session(engine) as session:
        products = [Product(name=f"lamp {place}", price="9.90", stock=stock) for place, stock in enumerate(stocks)]
        session.add_all(products)
        session.commit()
        return [product.id for product in products]


def stock(engine: Engine, product_id: int) -> int:
    """How many units there are now."""
    with Session(engine) as session:
        return session.get_one(Product, product_id).stock


def order(http: httpx2.Client, items: dict[int, int], key: str = "") -> httpx2.Response:
    """The answer to an order of these quantities, with a new key where none is given."""
    lines = [{"product_id": product, "quantity": quantity} for product, quantity in items.items()]
    return http.post("/orders", json={"items": lines}, headers={"Idempotency-Key": key or str(uuid4())})


def at_once(*actions: Callable[[], httpx2.Response]) -> list[int]:
    """The sorted statuses of as many clients, each in a thread, who begin at the same moment."""
    barrier = Barrier(len(actions), timeout=PATIENCE)

    def act(action: Callable[[], httpx2.Response]) -> int:
        barrier.wait()
        return action().status_code

    with ThreadPoolExecutor(len(actions)) as threads:
        return sorted(threads.map(act, actions))


def buy(servers: Sequence[httpx2.Client], buyers: int, items: dict[int, int]) -> list[int]:
    """The sorted statuses of so many buyers of the same, spread over the servers, who begin at the same moment."""
    return at_once(*[partial(order, servers[number % len(servers)], items) for number in range(buyers)])


class Meeting:
    """Holds each session at one of its statements until the others have come, or wait in the server for a lock.

    `statement` is how that statement begins; with `done`, the session is held after it. Where `first` is given, only
    one session is held: until that thread, which is started then, has ended or waits.
    """

    def __init__(
        self, engine: Engine, sessions: int, statement: str, *, done: bool = False, first: Thread | None = None
    ) -> None:
        self._engine, self._sessions, self._pattern = engine, sessions, re.compile(statement)
        self._first = first
        self._event = "after_cursor_execute" if done else "before_cursor_execute"
        self._came: set[int] = set()
        self._lock = Lock()

    def __enter__(self) -> None:
        self._observer = create_engine(self._engine.url, isolation_level="AUTOCOMMIT").connect()
        event.listen(self._engine, self._event, self._meet)

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, self._event, self._meet)
        self._observer.close()
        self._observer.engine.dispose()

    def _meet(self, connection: Connection, cursor: Any, statement: str, *_: object) -> None:
        pid = cursor.connection.info.backend_pid
        if not self._pattern.match(statement) or pid in self._came:
            return
        if self._first and self._came:
            return
        self._came.add(pid)
        if self._first:
            self._first.start()
        deadline = time.monotonic() + PATIENCE
        while not self._is_complete() and time.monotonic() < deadline:
            time.sleep(0.01)

    def _is_complete(self) -> bool:
        """Once complete, it stays so: who goes on may wait for a lock later, and then for nobody here."""
        if self._first and not self._first.is_alive():
            return True
        with self._lock:
            if len(self._came) < self._sessions:
                here = "wait_event_type = 'Lock' AND datname = current_database()"
                waiting = self._observer.scalars(text(f"SELECT pid FROM pg_stat_activity WHERE {here}"))
                if len(self._came | set(waiting)) < self._sessions:
                    return False
        return True


class Failing:
    """The database refuses a statement with this SQLSTATE, so many times; `met` counts how often it came by.

    `statement` is how that statement begins. The error is the server's own, so its transaction has failed for real.
    """

    def __init__(self, engine: Engine, statement: str, sqlstate: str, times: int) -> None:
        self._engine, self._statement, self._sqlstate, self._times = engine, statement, sqlstate, times
        self.met = 0

    def __enter__(self) -> "Failing":
        event.listen(self._engine, "before_cursor_execute", self._refuse)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._refuse)

    def _refuse(self, connection: Connection, cursor: Any, statement: str, *_: object) -> None:
        if not statement.startswith(self._statement):
            return
        self.met += 1
        if self.met <= self._times:
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{self._sqlstate}'; END $$")


@contextmanager
def answer_to_commit_lost(engine: Engine) -> Iterator[None]:
    """The next commit is done, and the connection breaks before the server can say so."""

    lost: list[int] = []

    def cut(connection: Connection) -> None:
        if lost:
            return
        lost.append(connection.scalar(text("SELECT pg_backend_pid()")))
        connection.execute(text("COMMIT"))
        with engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": lost[0]})

    event.listen(engine, "commit", cut)
    try:
        yield
    finally:
        event.remove(engine, "commit", cut)
