"""Fixtures that the whole suite shares."""

import pytest
from fastapi.testclient import TestClient

from fastauth.main import app


@pytest.fixture
def client() -> TestClient:
    """Speaks HTTP to the app, without a server in between."""
    return TestClient(app)
