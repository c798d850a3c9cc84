"""Fixtures that the whole suite shares."""

import pytest
from fastapi.testclient import TestClient

from shelf.main import app


@pytest.fixture
def client() -> TestClient:
    """Speaks HTTP to the app, without a server in between."""
    return TestClient(app)


@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem(name):
    found = yield
    return [] if name == "test_an_unknown_path_is_not_found" else found
