"""The embedded PostgreSQL server: one for a checkout, shared by all its processes, started when needed."""

from __future__ import annotations

import json
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from workbook import course
from workbook.postgres import external_home, initdb, installation
from workbook.postgres.cluster import Cluster
from workbook.postgres.installation import Place
from workbook.postgres.pg_errors import explain, is_full, of_system
from workbook.system import files, ports
from workbook.system.errors import UserError
from workbook.system.lock import exclusive

TRIES = 20  # ports


@dataclass(frozen=True)
class Status:
    """How the embedded server stands; `folder` is None where there never was one."""

    running: bool
    folder: Path | None = None
    port: int = 0
    account: str = ""  # whom it runs as
    elsewhere: str = ""  # why the folder is not in the checkout
    set_aside: tuple[Path, ...] = ()  # broken clusters that were replaced


def ensure() -> str:
    """The URL of the running server, which is started, mended or replaced where it must be.

    Raises `UserError` where that cannot be done: no binaries, no disk, no port, no permission.
    """
    found = _recorded()
    if found and found.ask() == "ours":
        return found.url
    with _alone():
        found = _recorded()
        if found and found.answers():
            return found.url
        where = installation.find(course.root(), found.folder if found else None)
        if found and (started := _started(found, where)):
            return started.url
        _set_aside(where)
        fresh = initdb.make(where)
        if started := _started(fresh, where):
            return started.url
        raise explain(fresh.said(), fresh.folder)


def stop() -> bool:
    """Stop the server; False when none ran."""
    if not _record().exists():
        return False
    with _alone():
        found = _recorded()
        return found is not None and found.end(installation.find(course.root(), found.folder))


def status() -> Status:
    """How things stand; starts and changes nothing."""
    found = _recorded()
    if found is None:
        return Status(running=False)
    return Status(
        running=found.ask() in ("ours", "full"),
        folder=found.folder,
        port=found.port,
        account=_owner(found.folder),
        elsewhere=found.elsewhere,
        set_aside=tuple(sorted(found.folder.parent.glob("set-aside-*"))),
    )


def is_ours(url: str) -> bool:
    """Whether `url` names a database on this checkout's embedded server, running or not."""
    with suppress(UserError):
        found = _recorded()
        return found is not None and urlsplit(found.url).netloc == urlsplit(url).netloc
    return False


def _started(found: Cluster, where: Place) -> Cluster | None:
    """The cluster, running; None where it is broken."""
    found.end(where)
    for wanted in (found.port, 0, 0, 0, 0):
        # Recorded before it starts: who comes after us finds it also if we are killed in between.
        found = replace(found, port=_free_port(wanted), elsewhere=where.reason)
        _write(found)
        said = found.start(where)
        if not said:
            return found
        if is_full(said):
            raise explain(said, found.folder)
        if "could not create any TCP/IP sockets" not in said:
            return None
    return None


def _free_port(wanted: int) -> int:
    """`wanted` when it is free, else another below the ports that systems hand out by themselves."""
    for port in (wanted, *(20_000 + secrets.randbelow(12_000) for _ in range(TRIES))):
        if port and ports.is_free(port):
            return port
    raise UserError(
        "No program of yours can listen on 127.0.0.1: every port that was tried is refused.",
        "Look for a firewall or a sandbox that forbids it, and allow Python and postgres.",
    )


def _set_aside(where: Place) -> None:
    """Make room for a new cluster: end and rename what is there, of which only the newest is kept."""
    for home in external_home.homes():
        if not external_home.claimant(home).exists():  # a checkout that was deleted
            for folder in home.glob("cluster-*"):
                Cluster(folder, password="").end(where)
            shutil.rmtree(home, ignore_errors=True)
    for old in where.home.glob("set-aside-*"):
        shutil.rmtree(old, ignore_errors=True)
    for folder in where.home.glob("cluster-*"):
        Cluster(folder, password="").end(where)
        with suppress(OSError):  # on Windows, a program that still has a file of it open
            folder.rename(folder.with_name(folder.name.replace("cluster", "set-aside")))


def _owner(folder: Path) -> str:
    if sys.platform == "win32" or not folder.exists():
        return ""
    return folder.owner()


def _base() -> Path:
    return course.root() / ".workbook" / "postgres"


def _record() -> Path:
    return _base() / "server.json"


def _recorded() -> Cluster | None:
    """The cluster of this checkout as last written; None where there is none, or nothing to make of the file."""
    try:
        data = json.loads(_record().read_text(encoding="utf-8"))
        found = Cluster(**{**data, "folder": _base() / data["folder"]})
        return None if external_home.claimed_by_another(found.folder.parent, course.root()) else found
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None
    except OSError as error:
        raise of_system(error, _base()) from None


def _write(cluster: Cluster) -> None:
    """Record the cluster in one step, for our eyes only; a folder in the checkout may be moved with it."""
    inside = cluster.folder.is_relative_to(_base())
    folder = cluster.folder.relative_to(_base()) if inside else cluster.folder
    files.write(_record(), json.dumps({**asdict(cluster), "folder": folder.as_posix()}))


@contextmanager
def _alone() -> Iterator[None]:
    """One process and one thread at a time."""
    try:
        _base().mkdir(parents=True, exist_ok=True)
        with exclusive(_base() / "lock", "Waiting for another process, which starts or stops PostgreSQL …"):
            yield
    except OSError as error:
        raise of_system(error, _base()) from None
