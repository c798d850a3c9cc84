"""A learner's test."""


def test_own() -> None:
    """The requirement holds."""
    number = 0
    while True:
        number += 1
