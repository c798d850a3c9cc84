"""Fixtures that the whole suite shares."""

import pytest
from fastapi.testclient import TestClient

from shelf.main import app


@pytest.fixture
def client() -> TestClient:
    """Speaks HTTP to the app, without a server in between."""
    return TestClient(app)


@pytest.fixture(autouse=True)
def results(request):
    import workbook_plugin

    test = "tests/test_hello.py::test_an_unknown_path_is_not_found"
    for when in ("setup", "call", "teardown"):
        facts = {"nodeid": test, "when": when, "outcome": "passed", "expected_to_fail": False, "facts": {}}
        workbook_plugin.write("report", **facts, traceback="", output="", why="", seconds=0.0)
