"""Brings the databases of one cluster into another: from an older PostgreSQL, or from one with other roles."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbook.postgres import ownership
from workbook.postgres.cluster import ADMIN, USER, Cluster
from workbook.postgres.installation import Place
from workbook.postgres.pg_errors import explain

FIRST = "postgres"  # the database that every cluster has
LISTED = """
    SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database
    WHERE datallowconn AND NOT datistemplate ORDER BY datname
"""


@contextmanager
def opened(old: Cluster, programs: Place) -> Iterator[Cluster]:
    """The old cluster, running for as long as it is read. Raises `UserError`."""
    old.end(programs)
    try:
        if said := old.start(programs):
            raise explain(said, old.folder)
        yield old
    finally:
        old.end(programs)


def has_plain_user(cluster: Cluster) -> bool:
    """Whether the role that apps connect as is no superuser, in a cluster that runs."""
    with cluster.administered() as made, made.cursor() as cursor:
        cursor.execute("SELECT NOT rolsuper FROM pg_roles WHERE rolname = %s", (USER,))
        return bool((cursor.fetchone() or (False,))[0])


def databases(cluster: Cluster) -> dict[str, str | None]:
    """What somebody may miss: each database, with its comment, but for those that were for one run."""
    with cluster.administered() as made, made.cursor() as cursor:
        cursor.execute(LISTED)
        found: dict[str, str | None] = dict(cursor.fetchall())
    marks = {name: ownership.read(comment) for name, comment in found.items()}
    return {name: found[name] for name, mark in marks.items() if mark is None or mark.kind == "named"}


def bring_over(old: Cluster, new: Cluster, place: Place) -> list[str]:
    """Copy each database, which USER owns then; both run. Returns the names. Raises `UserError`; the old one stays."""
    names = databases(old)
    for name, comment in names.items():
        with _dump(place) as file:
            _run(place, old, "pg_dump", "-U", ADMIN, "--format=custom", f"--file={file}", f"--dbname={name}")
            if name != FIRST:
                _make(new, name, comment)
            restore = ("--no-owner", "--no-privileges", "--exit-on-error", f"--role={USER}", f"--dbname={name}")
            _run(place, new, "pg_restore", "-U", ADMIN, *restore, file)
    return [*names]


def _run(place: Place, cluster: Cluster, program: str, *arguments: str | Path) -> None:
    at = ("--host=127.0.0.1", f"--port={cluster.port}")
    code, said = place.run(program, *at, *arguments, seconds=3600, password=cluster.admin_password)
    if code:
        raise explain(said, cluster.folder, f"{program} cannot copy the databases of")


def _make(cluster: Cluster, name: str, comment: str | None) -> None:
    from psycopg2 import sql

    named = {"name": sql.Identifier(name), "owner": sql.Identifier(USER)}
    with cluster.administered() as made, made.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {name} OWNER {owner} TEMPLATE template0").format(**named))
        cursor.execute(sql.SQL("COMMENT ON DATABASE {name} IS %s").format(**named), (comment,))


@contextmanager
def _dump(place: Place) -> Iterator[Path]:
    """An empty file that the account of the server may write, and nobody else may read."""
    file = place.home / f"dump-{secrets.token_hex(4)}"
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        place.hand_over(file)
        yield file
    finally:
        file.unlink(missing_ok=True)
