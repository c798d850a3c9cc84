"""Fixtures."""

import pytest


@pytest.fixture
def client() -> None:
    """Has its own trouble."""
    raise LookupError("no client today")
