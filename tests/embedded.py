"""An embedded PostgreSQL of the tests' own, in a folder of its own, and what tests ask it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from workbook.postgres import cluster, external_home, record, server
from workbook.postgres.connection import connected

CHECKOUT = Path(__file__).parents[1]


@contextmanager
def at_home(root: Path) -> Iterator[Path]:
    """While it lasts, `root` is the checkout, and no DATABASE_URL names another server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBOOK_ROOT", str(root))
        patch.delenv("DATABASE_URL", raising=False)
        yield root


@contextmanager
def own_server(root: Path) -> Iterator[Path]:
    """A checkout folder; whatever server is started for it is stopped and removed at the end."""
    root.mkdir(parents=True, exist_ok=True)
    try:
        yield root
    finally:
        with at_home(root):
            if (root / ".workbook").is_dir():
                server.stop()
        for home in external_home.homes():
            if external_home.claimant(home) == root:
                shutil.rmtree(home)


def environment(root: Path) -> dict[str, str]:
    """For a process that shall work on `root`."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**kept, "WORKBOOK_ROOT": str(root), "PYTHONPATH": str(CHECKOUT)}


def begin(root: Path, code: str) -> subprocess.Popen[str]:
    """Run Python code in a process of its own that works on `root`; it is told and answers through pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment(root),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def as_admin(url: str) -> str:
    """The same database for the superuser of the server at home."""
    found = record.read()
    assert found
    return url.replace(f"{cluster.USER}:{found.password}@", f"{cluster.ADMIN}:{found.admin_password}@")


def answer(url: str, question: str) -> Any:
    """The first value that the server answers to a query, None for a statement without rows."""
    with connected(url) as connection, connection.cursor() as cursor:
        cursor.execute(question)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None
