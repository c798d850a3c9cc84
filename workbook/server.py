"""The embedded PostgreSQL server: one for a checkout, shared by all its processes, started when needed."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from workbook import cluster as clusters
from workbook import course, place
from workbook.cluster import Cluster
from workbook.place import Place
from workbook.trouble import Trouble

WAIT = 180.0  # seconds: a slow machine makes a new cluster in less
_threads = threading.Lock()  # the lock file keeps processes apart, not the threads of one


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

    Raises `Trouble` where that cannot be done: no binaries, no disk, no port, no permission.
    """
    found = _recorded()
    if found and found.ask() == "ours":
        return found.url
    with _alone():
        found = _recorded()
        if found and found.answers():
            return found.url
        where = place.find(course.root(), found.folder if found else None)
        if found and (started := _started(found, where)):
            return started.url
        _set_aside(where)
        fresh = clusters.make(where)
        if started := _started(fresh, where):
            return started.url
        raise clusters.explain(fresh.said(), fresh.folder)


def stop() -> bool:
    """Stop the server; False when none ran."""
    if not _record().exists():
        return False
    with _alone():
        found = _recorded()
        return found is not None and found.end(place.find(course.root(), found.folder))


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


def _started(found: Cluster, where: Place) -> Cluster | None:
    """The cluster, running; None where it is broken."""
    for wanted in (found.port, 0, 0, 0, 0):
        # Recorded before it starts: who comes after us finds it also if we are killed in between.
        found = replace(found, port=clusters.free_port(wanted), elsewhere=where.reason)
        _write(found)
        said = found.start(where)
        if not said:
            return found
        if "No space left" in said:
            raise clusters.explain(said, found.folder)
        if "could not create any TCP/IP sockets" not in said:
            return None
    return None


def _set_aside(where: Place) -> None:
    """Make room for a new cluster: end and rename what is there, keep the newest only."""
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
    """The cluster of this checkout as last written; None where there is none or the file is damaged."""
    try:
        data = json.loads(_record().read_text(encoding="utf-8"))
        return Cluster(**{**data, "folder": _base() / data["folder"]})
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None
    except OSError as error:
        raise _not_ours(error) from None


def _write(cluster: Cluster) -> None:
    """Record the cluster in one step, for our eyes only; a folder in the checkout may be moved with it."""
    inside = cluster.folder.is_relative_to(_base())
    folder = cluster.folder.relative_to(_base()) if inside else cluster.folder
    making = _record().with_suffix(".new")
    with os.fdopen(os.open(making, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        json.dump({**asdict(cluster), "folder": folder.as_posix()}, file)
    making.replace(_record())


@contextmanager
def _alone() -> Iterator[None]:
    """One process and one thread at a time. The system frees the lock of a process that dies, so it is never stale."""
    from fasteners import InterProcessLock  # type: ignore[import-untyped]

    lock = InterProcessLock(_base() / "lock")
    with _threads:
        try:
            held = lock.acquire(timeout=WAIT)
        except OSError as error:
            raise _not_ours(error) from None
        if not held:
            raise Trouble(
                f"Another process has been starting or stopping PostgreSQL for {WAIT:.0f} s.",
                "Wait for it or end it, then try again.",
            )
        try:
            yield
        finally:
            lock.release()


def _not_ours(error: OSError) -> Trouble:
    return Trouble(
        f"{error.filename or _base()} cannot be used: {error.strerror}.",
        "Run the command as the user who made the checkout, and see that its folders can be written.",
    )
