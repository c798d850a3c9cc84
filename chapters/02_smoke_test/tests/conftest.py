"""Fixtures that the whole suite shares."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from uuid import uuid4

import psycopg2
import pytest
from fastapi.testclient import TestClient
from psycopg2.extensions import connection as Connection

from fastauth.main import app
from fastauth.smoke import dsn


@pytest.fixture
def client() -> TestClient:
    """Speaks HTTP to the app, without a server in between."""
    return TestClient(app)


@pytest.fixture
def schema() -> Iterator[str]:
    """A PostgreSQL schema (a namespace for tables) of this test's own, dropped after it."""
    name = f"smoke_{uuid4().hex}"
    with closing(psycopg2.connect(dsn())) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {name}")
            yield name
            cursor.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture
def connect(schema: str) -> Iterator[Callable[[], Connection]]:
    """Opens connections whose tables live in this test's schema; closes them after the test."""
    with ExitStack() as stack:

        def connect() -> Connection:
            options = f"-c search_path={schema}"
            return stack.enter_context(closing(psycopg2.connect(dsn(), options=options)))

        yield connect


@pytest.fixture
def connection(connect: Callable[[], Connection]) -> Connection:
    """One such connection."""
    return connect()
