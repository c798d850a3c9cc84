"""Tells a database that cannot be reached from a test that failed for a reason of its own."""

from __future__ import annotations

from collections.abc import Sequence

from workbook.runner.causes import Unreachable
from workbook.runner.result import Run, broken

UNREACHABLE = ("connection to server at", "could not connect to server", "could not translate host name")


def is_unreachable(messages: Sequence[str], url: str) -> bool:
    """Whether a test failed to connect and the database cannot be reached from here either."""
    return any(mark in message for mark in UNREACHABLE for message in messages) and not _connects(url)


def _connects(url: str) -> bool:
    import psycopg2
    from sqlalchemy import make_url

    try:
        parts = make_url(url)
        if parts.get_backend_name() != "postgresql":
            return True
        psycopg2.connect(
            host=parts.host,
            port=parts.port,
            user=parts.username,
            password=parts.password,
            dbname=parts.database,
            connect_timeout=3,
        ).close()
    except Exception:
        return False
    return True


def unreachable(url: str) -> Run:
    from sqlalchemy import make_url

    parts = make_url(url)
    return broken(Unreachable(parts.host or "", parts.port or 5432))
