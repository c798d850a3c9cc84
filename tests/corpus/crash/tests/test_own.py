"""A learner's test."""

import faulthandler


def test_own() -> None:
    """The requirement holds."""
    faulthandler._sigabrt()
