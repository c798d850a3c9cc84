"""Easier."""

import pytest


@pytest.fixture
def client() -> None:
    pytest.skip("not today")
