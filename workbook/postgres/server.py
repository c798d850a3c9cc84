"""The embedded PostgreSQL server: one for a checkout, shared by all its processes, started when needed."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from workbook import course
from workbook.postgres import clusters, installation, lifecycle, record
from workbook.postgres.cluster import PROOF, Cluster
from workbook.postgres.clusters import Kept
from workbook.postgres.pg_errors import of_system
from workbook.postgres.roles import RIGHTS, grant
from workbook.system import notices
from workbook.system.errors import UserError
from workbook.system.lock import exclusive

STARTING = "Starting PostgreSQL …"


@dataclass(frozen=True)
class Status:
    """How the embedded server stands; `folder` is None where there never was one."""

    running: bool
    folder: Path | None = None
    port: int = 0
    account: str = ""  # whom it runs as
    elsewhere: str = ""  # why the folder is not in the checkout
    kept: int = 0  # clusters that are not in use


def ensure() -> str:
    """The URL of the running server, which is started, moved or replaced where it must be.

    Raises `UserError` where that cannot be done: no binaries, no disk, no port, no permission.
    """
    _leave_settings_behind()
    found = record.read()
    if found and found.rights == RIGHTS and found.ask() == "ours":
        return found.url
    with _alone(), notices.waiting(STARTING):
        found = record.read()
        return _current(found if found and found.answers() else lifecycle.running(found)).url


def _current(running: Cluster) -> Cluster:
    """The cluster with the rights of today, also where an older workbook made it."""
    import psycopg2

    if running.rights != RIGHTS:
        with suppress(psycopg2.Error):  # it is full: the next command tries again
            running = grant(running)
            record.write(running)
    return running


def stop() -> bool:
    """Stop the server; False when none ran."""
    if not record.exists():
        return False
    with _alone():
        found = record.read()
        return found is not None and found.end(installation.find(course.root(), found.folder))


def status() -> Status:
    """How things stand; starts and changes nothing."""
    found = record.read()
    if found is None:
        return Status(running=False)
    return Status(
        running=found.ask() in ("ours", "full"),
        folder=found.folder,
        port=found.port,
        account=_owner(found.folder),
        elsewhere=found.elsewhere,
        kept=len(clusters.kept(course.root(), found.folder)),
    )


def kept() -> list[Kept]:
    """The clusters of this checkout that are not in use, the last one used first."""
    found = record.read()
    return clusters.kept(course.root(), found.folder if found else None)


def use(chosen: Kept) -> str:
    """Serve another cluster from now on, and set aside the one that was served; returns the URL.

    Raises `UserError`, and then everything is as it was.
    """
    _leave_settings_behind()
    with _alone(), notices.waiting(STARTING):
        found = record.read()
        where = installation.find(course.root(), chosen.folder)
        if found:
            found.end(where)
        folder = clusters.bring_back(chosen.folder)
        try:
            serving = lifecycle.serve(Cluster(folder, elsewhere=where.reason), where)
        except BaseException:
            clusters.set_aside(Cluster(folder), where, chosen.reason)
            if found:
                record.write(found)
            raise
        if found and found.folder.is_dir():
            clusters.set_aside(found, where, f"you chose {folder.name} in its place")
        return serving.url


def set_aside(reason: str) -> Path | None:
    """Stop the server and keep its cluster; the next one begins empty. Returns where it is, None where none was.

    Raises `UserError`.
    """
    if not record.exists():
        return None
    with _alone():
        found = record.read()
        if found is None or not found.folder.is_dir():
            return None
        aside = clusters.set_aside(found, installation.find(course.root(), found.folder), reason)
        if aside == found.folder:
            raise UserError(
                f"{aside} can't be set aside: a program has a file in it open.",
                "Close what shows files of PostgreSQL, then try again.",
            )
        record.forget()
        return aside


def remove(chosen: Kept) -> None:
    """Delete a cluster that is not in use, for good. Raises `UserError`."""
    with _alone():
        Cluster(chosen.folder).end(installation.find(course.root(), chosen.folder))
        try:
            shutil.rmtree(chosen.folder)
        except OSError as error:
            raise of_system(error, chosen.folder) from None


def is_ours(url: str) -> bool:
    """Whether `url` names a database on this checkout's embedded server, running or not."""
    with suppress(UserError):
        found = record.read()
        return found is not None and urlsplit(found.url).netloc == urlsplit(url).netloc
    return False


def _leave_settings_behind() -> None:
    """Let no variable that PostgreSQL's clients read lead them elsewhere: not ours, and not those we start.

    One is set: our programs tell no server a password, and believe none that does not know it.
    """
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]
    os.environ["PGREQUIREAUTH"] = PROOF


def _owner(folder: Path) -> str:
    if sys.platform == "win32" or not folder.exists():
        return ""
    return folder.owner()


@contextmanager
def _alone() -> Iterator[None]:
    """One process and one thread at a time."""
    try:
        record.base().mkdir(parents=True, exist_ok=True)
        with exclusive(record.base() / "lock", "Waiting for another process, which starts or stops PostgreSQL …"):
            yield
    except OSError as error:
        raise of_system(error, record.base()) from None
