"""The texts that a new chapter begins with; TODO stands where its author has to write."""

DECLARED = """title = "TODO"
package = "{package}"
{grows_from}needs = [{needs}]
databases = [{databases}]
minutes = {{ walk = 0, exercise = 0 }}
objectives = [
    "TODO",
]
{inherited}
[exercise]
kind = "build"
task = "TODO"
edit = ["{package}/main.py"]
red = [
    {{ test = "exercise/test_exercise.py::test_todo", failure = "TODO" }},
]
hints = [
    "TODO",
]
"""

EXERCISE = '''"""TODO: what the learner's change must do, in a sentence."""

import pytest


def test_todo() -> None:
    """TODO: the requirement."""
    pytest.fail("TODO")
'''

# What an app starts with.
START = {
    "pyproject.toml": """[project]
name = "{package}"
version = "0.1.0"
description = "TODO"
requires-python = ">=3.11"
dependencies = ["fastapi", "uvicorn"]

[dependency-groups]
dev = ["httpx2", "pytest"]

[tool.pytest.ini_options]
pythonpath = ["."]
testpaths = ["tests"]
addopts = ["--import-mode=importlib", "-p", "no:randomly"]
filterwarnings = ["error"]
""",
    "{package}/__init__.py": '"""TODO."""\n',
    "{package}/main.py": '''"""The HTTP interface."""

from fastapi import FastAPI

app = FastAPI(title="{package}", version="0.1.0")
''',
    "tests/conftest.py": '''"""Fixtures that the whole suite shares."""

import pytest
from fastapi.testclient import TestClient

from {package}.main import app


@pytest.fixture
def client() -> TestClient:
    """Speaks HTTP to the app, without a server in between."""
    return TestClient(app)
''',
    "tests/test_main.py": '''"""The service is described."""

from fastapi.testclient import TestClient


def test_the_service_has_a_name(client: TestClient) -> None:
    """The OpenAPI description says which service it is."""
    assert client.get("/openapi.json").json()["info"]["title"] == "{package}"
''',
}

# What takes the place of that, or comes along, in an app with a database.
WITH_DATABASE = {
    "pyproject.toml": START["pyproject.toml"].replace(
        '["fastapi", "uvicorn"]', '["fastapi", {driver}"sqlalchemy", "uvicorn"]'
    ),
    "{package}/database.py": '''"""The way to the database: engine, session factory, base, a session per request."""

import os
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

engine = create_engine(os.environ["DATABASE_URL"])
SessionLocal = sessionmaker(engine)


class Base(DeclarativeBase):
    """Every model inherits from it; its metadata knows all their tables."""


def get_db() -> Iterator[Session]:
    """One session per request, closed after it; what was not committed is rolled back."""
    with SessionLocal() as session:
        yield session


SessionDep = Annotated[Session, Depends(get_db)]
''',
    "{package}/main.py": '''"""The HTTP interface."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import text

from {package}.database import Base, SessionDep, engine


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Make the missing tables when the service starts."""
    Base.metadata.create_all(engine)
    yield


app = FastAPI(title="{package}", version="0.1.0", lifespan=lifespan)


@app.get("/ready")
def ready(session: SessionDep) -> dict[str, bool]:
    """Say that the database answers."""
    return {"ready": session.scalar(text("SELECT 1")) == 1}
''',
    "tests/conftest.py": '''"""All tables, and around each test a transaction that is rolled back."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from {package}.database import Base, engine, get_db
from {package}.main import app


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A connection inside a transaction that is rolled back after the test, tables and all."""
    with engine.connect() as connection:
        transaction = connection.begin()
        Base.metadata.create_all(connection)
        yield connection
        transaction.rollback()
    engine.dispose()


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
''',
    "tests/test_main.py": START["tests/test_main.py"]
    + '''

def test_the_database_answers(client: TestClient) -> None:
    """A request gets a session of its own, on a database that is there."""
    assert client.get("/ready").json() == {"ready": True}
''',
}

# The sections of a notebook, in order.
HEADINGS = (
    "The problem",
    "The requirement as a test",
    "Red",
    "The change",
    "Green",
    "Probes",
    "What can still go wrong",
    "The exercise",
)
