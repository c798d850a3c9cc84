"""Which cluster serves a checkout: started, moved to a newer PostgreSQL, or replaced where it is broken for good."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import replace

from workbook import course
from workbook.postgres import binaries, clusters, initdb, installation, record, roles, transfer
from workbook.postgres.cluster import Cluster
from workbook.postgres.installation import Place
from workbook.postgres.pg_errors import ClusterError, explain
from workbook.system import notices, ports
from workbook.system.errors import UserError
from workbook.system.invocation import call

TRIES = 20  # ports
MORE = f"`{call('db clusters')}` lists what is kept."


def running(found: Cluster | None) -> Cluster:
    """The cluster of this checkout, running; `found` is the one that is recorded. Only for who holds the lock.

    A passing trouble (a full disk, too few open files, a permission) raises `UserError` and changes nothing.
    """
    where = installation.find(course.root(), found.folder if found else None)
    clusters.sweep(where)
    current = _current(found, where)
    if current is None:
        return attempt(initdb.finish(initdb.make(where)), where)
    try:
        return serve(current, where)
    except ClusterError:
        return _replaced(current, where)


def serve(cluster: Cluster, where: Place) -> Cluster:
    """The cluster, running, or a new one with its databases. Raises `ClusterError` where neither can be had."""
    version, here = clusters.version(cluster.folder), binaries.version(where.programs)
    if not version or version == here:
        started = attempt(cluster, where)
        return started if transfer.has_plain_user(started) else _moved(started, where, where)
    if programs := installation.with_version(where, version):
        return _moved(cluster, where, programs)
    raise ClusterError(
        f"PostgreSQL {version} made {cluster.folder}, and only PostgreSQL {here} is installed.",
        "Install the version of the workbook that you used then: it has the programs, and brings the databases over.",
    )


def attempt(cluster: Cluster, where: Place) -> Cluster:
    """The cluster, running. Raises `ClusterError` where the trouble may be its own, else `UserError`."""
    cluster.end(where)
    if not cluster.admin_password:
        cluster = roles.prepare(cluster, where)
    said = ""
    for wanted in (cluster.port, 0, 0, 0, 0):
        # Recorded before it starts: who comes after us finds it also if we are killed in between.
        cluster = replace(cluster, port=free_port(wanted), elsewhere=where.reason)
        record.write(cluster)
        said = cluster.start(where)
        if not said:
            return cluster
        if "could not create any TCP/IP sockets" not in said:
            break
    raise explain(said, cluster.folder)


def free_port(wanted: int = 0) -> int:
    """`wanted` when it is free, else another below the ports that systems hand out by themselves."""
    for port in (wanted, *(20_000 + secrets.randbelow(12_000) for _ in range(TRIES))):
        if port and ports.is_free(port):
            return port
    raise UserError(
        "No program of yours can listen on 127.0.0.1: every port that was tried is refused.",
        "Look for a firewall or a sandbox that forbids it, and allow Python and postgres.",
    )


def _current(found: Cluster | None, where: Place) -> Cluster | None:
    """The cluster that was recorded, or the one that was used last where nothing is recorded."""
    if found and found.folder.is_dir():
        return found
    if found:
        notices.tell(f"The databases were in {found.folder}, which is gone. If you moved it, move it back. {MORE}")
    folder = clusters.latest(where.home)
    return Cluster(folder, elsewhere=where.reason) if folder else None


def _proven(where: Place) -> Cluster:
    """A new cluster that runs, and so has shown that one can here, before anything is done to another."""
    made = initdb.make(where)
    try:
        made = replace(made, port=free_port())
        if said := made.start(where):
            raise explain(said, made.folder)
    except BaseException:
        _discard(made, where)
        raise
    return made


def _discard(made: Cluster, where: Place) -> None:
    made.end(where)
    shutil.rmtree(made.folder, ignore_errors=True)


def _replaced(broken: Cluster, where: Place) -> Cluster:
    """A new cluster in the place of one that does not start, unless it does now that another one has."""
    new = _proven(where)
    try:
        again = serve(broken, where)
    except ClusterError as error:
        return _succeeded(broken, new, where, error.what)
    except BaseException:
        _discard(new, where)
        raise
    _discard(new, where)
    return again


def _moved(old: Cluster, where: Place, programs: Place) -> Cluster:
    """A new cluster with the databases of the old one, which `programs` serve once more."""
    new = _proven(where)
    try:
        old.end(programs)
        if not old.admin_password:
            old = roles.prepare(old, programs)
            record.write(old)
        with transfer.opened(replace(old, port=free_port()), programs) as source:
            names = transfer.bring_over(source, new, where)
    except BaseException:
        _discard(new, where)
        raise
    return _succeeded(old, new, where, f"its databases were brought over: {', '.join(names)}", tells=False)


def _succeeded(old: Cluster, new: Cluster, where: Place, why: str, *, tells: bool = True) -> Cluster:
    """The new cluster, running, in the place of the old one, which is kept and named."""
    new.end(where)
    new = initdb.finish(new)
    aside = clusters.set_aside(old, where, why)
    if tells:
        notices.tell(f"{why.rstrip('.')}. The cluster is kept as {aside}; an empty one takes its place. {MORE}")
    return attempt(new, where)
