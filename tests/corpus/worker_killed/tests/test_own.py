"""A learner's test."""

import os


def test_own() -> None:
    """The requirement holds."""
    os._exit(1)
