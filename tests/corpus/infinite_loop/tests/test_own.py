"""A learner's test."""


def test_own() -> None:
    """The requirement holds."""
    assert all(number == 0 for number in iter(int, 1))
