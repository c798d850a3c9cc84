"""Remembers which cluster a checkout uses, with its port and passwords, for our eyes only."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from workbook import course
from workbook.postgres import external_home
from workbook.postgres.cluster import Cluster
from workbook.postgres.pg_errors import of_system
from workbook.system import files


def base() -> Path:
    """Where clusters are, unless PostgreSQL cannot work there."""
    return course.root() / ".workbook" / "postgres"


def exists() -> bool:
    """Whether this checkout ever had a server."""
    return _file().exists()


def read() -> Cluster | None:
    """The cluster as last written; None where there is none, or nothing to make of the file. Raises `UserError`."""
    try:
        data = json.loads(_file().read_text(encoding="utf-8"))
        found = Cluster(**{**data, "folder": base() / data["folder"]})
        return None if external_home.claimed_by_another(found.folder.parent, course.root()) else found
    except (FileNotFoundError, ValueError, TypeError, KeyError, RecursionError):
        return None
    except OSError as error:
        raise of_system(error, base()) from None


def write(cluster: Cluster) -> None:
    """Record the cluster in one step; a folder in the checkout may be moved with it."""
    inside = cluster.folder.is_relative_to(base())
    folder = cluster.folder.relative_to(base()) if inside else cluster.folder
    files.write(_file(), json.dumps({**asdict(cluster), "folder": folder.as_posix()}))


def forget() -> None:
    """Let no cluster be recorded; the next one is made new."""
    _file().unlink(missing_ok=True)


def _file() -> Path:
    return base() / "server.json"
