"""Greetings."""


def greet(name: str) -> str:
    """Politely."""
    return f"hello, {name}"
