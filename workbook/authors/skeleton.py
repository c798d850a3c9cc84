"""The texts that a new chapter begins with; TODO stands where its author has to write."""

DECLARED = """title = "TODO"
package = "{package}"
{grows_from}needs = [{needs}]
databases = [{databases}]
minutes = {{ walk = 0, exercise = 0 }}
objectives = [
    "TODO",
]

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
