"""A learner's test."""


def test_own() -> None:
    """The requirement holds."""
    while True:
        print("x" * 1_000_000)
