"""A learner's test."""

import pytest


def test_own() -> None:
    """The requirement holds."""
    with pytest.raises(ValueError):
        int('1')
