"""A learner's test."""

import warnings


def test_own() -> None:
    """The requirement holds."""
    warnings.warn("old ways", DeprecationWarning, stacklevel=1)
