"""Registering an existing user is refused: write the test that proves it."""

import pytest
from fastapi.testclient import TestClient


def test_registering_an_existing_user_is_refused(client: TestClient) -> None:
    """A username can be registered once."""
    pytest.fail("This test is yours to write.")
