"""A learner's test."""


def test_own() -> None:
    """The requirement holds."""
    print("x" * 10_000_000)
    assert 1 == 2
