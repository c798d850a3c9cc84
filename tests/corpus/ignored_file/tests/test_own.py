"""A learner's test."""


def test_own() -> None:
    """The requirement holds."""
    assert 1 == 2
