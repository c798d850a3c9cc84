"""A learner's test."""


def test_own() -> None:
    """The requirement holds."""
    assert bytearray(2**45)
