"""What may be wrong with Python, the environment, the machine and the database; each finding with its cure."""

from __future__ import annotations

import importlib.metadata
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from workbook import course
from workbook.setup.environment import OLDEST, condition, is_inside
from workbook.system.errors import UserError
from workbook.system.invocation import call

CHECKOUT = Path(__file__).parents[2]
ROOM = 500 * 2**20  # bytes: databases, notebooks and caches of a course

CURES = {  # of what nobody foresaw
    "folder": "Move the workbook into a folder of your own.",
    "disk": "Move the workbook into a folder of your own.",
    "loopback": "Look for a firewall or a sandbox that forbids programs to talk to one another.",
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, by the function `check`; `cure` is what to do where it is not well."""

    well: bool
    says: str
    cure: str = ""
    check: str = ""


def examine() -> Iterator[Finding]:
    """Look at one thing after another. Nothing that is broken keeps us from looking at the rest."""
    for check in (python, environment, packages, driver, folder, disk, loopback, programs):
        yield look(check)
    answers = look(server)
    yield answers
    if answers.well:
        yield look(database)


def python() -> Finding:
    """New enough, and built for 64 bits, as the wheels are."""
    version, bits = ".".join(map(str, sys.version_info[:3])), 8 * struct.calcsize("P")
    return Finding(
        sys.version_info[:2] >= OLDEST and bits == 64,
        f"Python {version}, {bits} bits, at {sys.executable}",
        "Install Python 3.11 or newer, 64 bits, from https://www.python.org/downloads/.",
    )


def environment() -> Finding:
    """Made for this checkout by the workbook, finished, and the one that we run in."""
    found, venv = condition(CHECKOUT), CHECKOUT / ".venv"
    if not found.ready:
        return Finding(False, found.why or f"There is no {venv}", f"Run {call('start')}: it makes the environment.")
    if not is_inside(venv):
        return Finding(False, f"This Python belongs to {sys.prefix}, not to {venv}", f"Run {call('doctor')}.")
    return Finding(True, f"The environment {venv} is ready")


def packages() -> Finding:
    """The pinned ones, whatever was installed or removed by hand since."""
    from packaging.requirements import Requirement

    lines = (CHECKOUT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = [Requirement(line) for line in lines if line.strip() and not line.lstrip().startswith("#")]
    wanted = [one for one in pinned if one.marker is None or one.marker.evaluate()]
    adrift = [f"{one} (is: {has})" for one in wanted if (has := _version(one.name)) not in one.specifier]
    if adrift:
        more = f" and {len(adrift) - 3} more" if len(adrift) > 3 else ""
        return Finding(
            False,
            f"Not as requirements.txt pins them: {', '.join(adrift[:3])}{more}",
            f"Delete {CHECKOUT / '.venv'}, then run {call('start')}.",
        )
    return Finding(True, f"{len(wanted)} packages are as requirements.txt pins them")


def driver() -> Finding:
    """It can be imported, which a package for another system or Python cannot."""
    import psycopg2

    return Finding(True, f"The driver psycopg2 can be imported, with libpq {psycopg2.__libpq_version__ // 10_000}")


def folder() -> Finding:
    """The checkout can be written."""
    root = course.root()
    with tempfile.TemporaryFile(dir=root):
        return Finding(True, f"{root} can be written")


def disk() -> Finding:
    """There is room for what a course writes."""
    root = course.root()
    free = shutil.disk_usage(root).free
    return Finding(
        free >= ROOM, f"{free // 2**20} MB are free at {root}", f"Make room: {ROOM // 2**20} MB should be free."
    )


def loopback() -> Finding:
    """A program here can reach another one here: no firewall, no sandbox in between."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        with socket.create_connection(listening.getsockname(), timeout=5):
            listening.accept()[0].close()
    return Finding(True, "Ports of 127.0.0.1 can be opened and reached")


def programs() -> Finding:
    """PostgreSQL's programs start, where we need our own."""
    from workbook.postgres import binaries
    from workbook.postgres.connection import configured

    if named := configured():
        return Finding(True, f"{named.origin} names a server: the embedded PostgreSQL is not needed")
    said = subprocess.run(
        [binaries.program("postgres"), "--version"], capture_output=True, encoding="utf-8", timeout=30
    )
    return Finding(
        said.returncode == 0,
        said.stdout.strip() or f"The programs of PostgreSQL do not start: {said.stderr.strip()}",
        binaries.OWN_SERVER,
    )


def server() -> Finding:
    """It lets us in."""
    from workbook.postgres import connection

    found = connection.server()
    with connection.connected(found.url) as connected:
        version, at = connected.server_version // 10_000, f"{connected.info.host}:{connected.info.port}"
    return Finding(True, f"PostgreSQL {version} answers at {at} ({found.origin})")


def database() -> Finding:
    """We may make one there, work in it and drop it."""
    from workbook.postgres import databases
    from workbook.postgres.connection import connected

    url = databases.create("doctor")
    try:
        with connected(url) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE test (id serial PRIMARY KEY, data varchar)")
    finally:
        databases.drop(url)
    return Finding(True, "A database was made there, used and dropped")


def look(check: Callable[[], Finding]) -> Finding:
    """What one check finds, even if it fails itself."""
    name = check.__name__
    try:
        finding = check()
    except UserError as error:
        finding = Finding(False, error.what.rstrip("."), error.todo)
    except Exception as error:  # whatever is broken: a doctor does not faint
        says = f"The {name} cannot be examined: {type(error).__name__}: {error}"
        finding = Finding(False, says, CURES.get(name, f"Delete {CHECKOUT / '.venv'}, then run {call('start')}."))
    return replace(finding, check=name)


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "missing"
