"""A new cluster: UTF-8, UTC, a password, made for speed and not for keeps."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from workbook.postgres import roles
from workbook.postgres.cluster import ADMIN, Cluster
from workbook.postgres.installation import Place
from workbook.postgres.pg_errors import explain, full

MAKING, KEPT = "making-", "cluster-"
ROOM = 200 * 2**20  # bytes: a new cluster, its log, and a few dozen databases


def make(place: Place) -> Cluster:
    """A cluster in `place.home` that was never started; `UserError` where the disk has no room for it.

    Its name begins with `MAKING` until `finish` gives it the one that it keeps.
    """
    _check_room(place.home)
    cluster = Cluster(place.home / f"{MAKING}{secrets.token_hex(4)}", admin_password=secrets.token_hex(16))
    try:
        _fill(cluster, place)
        return roles.prepare(cluster, place)
    except BaseException:  # also Ctrl-C: half a cluster is of no use
        shutil.rmtree(cluster.folder, ignore_errors=True)
        raise


def finish(made: Cluster) -> Cluster:
    """The cluster under the name that it keeps."""
    kept = made.folder.with_name(made.folder.name.replace(MAKING, KEPT))
    made.folder.rename(kept)
    return replace(made, folder=kept)


def _fill(cluster: Cluster, place: Place) -> None:
    cluster.folder.mkdir(mode=0o700)
    place.hand_over(cluster.folder)
    secret = cluster.folder.with_suffix(".secret")
    try:
        with os.fdopen(os.open(secret, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(cluster.admin_password)
        place.hand_over(secret)
        code, said = place.run(
            "initdb", "-D", cluster.folder, "-U", ADMIN, f"--pwfile={secret}", "-A", "scram-sha-256", "-E", "UTF8",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions",
            *(f"--set={setting}" for setting in _settings()),
        )  # fmt: skip
    finally:
        secret.unlink(missing_ok=True)
    if code:
        raise explain(said, cluster.folder)


def _settings() -> Iterator[str]:
    yield from ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=100")
    yield from ("timezone=UTC", "log_timezone=UTC", "log_checkpoints=off")
    # What is committed survives a killed server, but not a power cut: a test database costs milliseconds instead.
    yield from ("fsync=off", "full_page_writes=off")
    # Rounds make a guessable password dear; this one is 128 random bits, and each connection would pay for them.
    yield "scram_iterations=1"
    if sys.platform != "win32":
        yield "client_connection_check_interval=2s"  # the locks of a client killed in mid-query go with it
    if sys.platform == "linux":
        yield "dynamic_shared_memory_type=mmap"  # /dev/shm is 64 MB in Docker, and systemd empties it at logout


def _check_room(folder: Path) -> None:
    """Raise `UserError` where the disk has no room for a cluster."""
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        raise full(folder, f"{free // 2**20} MB are free, PostgreSQL needs {ROOM // 2**20} MB")
