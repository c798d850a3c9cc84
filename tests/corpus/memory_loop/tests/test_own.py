"""A learner's test."""


def test_own() -> None:
    """The requirement holds."""
    kept = []
    while True:
        kept.append(bytearray(50_000_000))
