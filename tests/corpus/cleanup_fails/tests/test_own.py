"""A learner's test."""

from collections.abc import Iterator

import pytest


@pytest.fixture
def thing() -> Iterator[int]:
    """Has its own trouble."""
    yield 1
    raise LookupError("cannot tidy up")


def test_own(thing: int) -> None:
    """The requirement holds."""
    assert thing == 1
