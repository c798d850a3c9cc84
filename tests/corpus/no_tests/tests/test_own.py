"""Nothing here."""


def check_own() -> None:
    """pytest does not see this."""
