"""A learner's test."""

import pytest


@pytest.mark.xfail
def test_own() -> None:
    """The requirement holds."""
