"""One data folder of the embedded PostgreSQL: make it, start it, ask it, end it."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workbook.place import Place
from workbook.trouble import Trouble

if TYPE_CHECKING:
    import psutil

USER = "workbook"
ROOM = 200 * 2**20  # bytes: a new cluster, its log, and a few dozen databases
PATIENCE = 15.0  # seconds for a server that is there and does not answer

# What the server answers: it is this cluster; it is there and cannot say so yet; it is full; it is not this cluster.
Answer = Literal["ours", "later", "full", "none"]


@dataclass(frozen=True)
class Cluster:
    """`folder` holds the data; the server listens on 127.0.0.1:`port` once it is started."""

    folder: Path
    password: str
    port: int = 0
    elsewhere: str = ""  # why the folder is not in the checkout

    @property
    def url(self) -> str:
        return f"postgresql+psycopg2://{USER}:{self.password}@127.0.0.1:{self.port}/postgres"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def ask(self) -> Answer:
        """Who listens on our port? The server itself says; its pid file is not evidence."""
        import psycopg2

        try:
            with (
                closing(
                    psycopg2.connect(
                        host="127.0.0.1",
                        port=self.port,
                        user=USER,
                        password=self.password,
                        dbname="postgres",
                        connect_timeout=3,
                        # said outright, so that nobody's PG* variables decide
                        sslmode="disable",
                        gssencmode="disable",
                        options="",
                    )
                ) as connection,
                connection.cursor() as cursor,
            ):
                cursor.execute("SHOW data_directory")
                (folder,) = cursor.fetchone() or ("",)
                return "ours" if Path(folder).samefile(self.folder) else "none"
        except psycopg2.Error as error:
            said = str(error)
            if "too many clients" in said or "connection slots" in said:
                return "full"
            unready = ("starting up", "shutting down", "recovery mode", "not yet accepting", "timeout expired")
            return "later" if any(words in said for words in unready) else "none"
        except OSError:  # a folder that is not there: the checkout was moved
            return "none"

    def answers(self) -> bool:
        """Whether this cluster's server runs; waits for one that is starting, stopping, or overloaded."""
        until = time.monotonic() + PATIENCE
        while True:
            answer = self.ask()
            if answer in ("ours", "none"):
                return answer == "ours"
            if self.postmaster() is None:
                return False
            if answer == "full":
                return True
            if time.monotonic() > until:
                return False
            time.sleep(0.05)

    def postmaster(self) -> psutil.Process | None:
        """The process that serves this folder. A pid alone proves nothing: it must be a server at home here."""
        import psutil

        with suppress(OSError, ValueError, IndexError, psutil.Error):
            process = psutil.Process(int((self.folder / "postmaster.pid").read_text(encoding="utf-8").split()[0]))
            if self._lives_here(process):
                return process
        return None

    def start(self, place: Place, seconds: float = 60) -> str:
        """Start the server; returns "" once it answers, else what its log says."""
        self.end(place)
        with suppress(OSError):
            self.log.replace(self.log.with_name("server.previous.log"))
        # -W: pg_ctl would look every 0.1 s only. Its own quoting wants no space or quote in -o.
        code, said = place.run("pg_ctl", "-D", self.folder, "-l", self.log, "-W", "-o", f"-p {self.port}", "start")
        if code:
            return said
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.ask() in ("ours", "full"):
                return ""
            said = self.said()
            if "FATAL" in said and not (self.folder / "postmaster.pid").exists():
                return said
            time.sleep(0.005)
        return self.said() or f"nothing, for {seconds:.0f} s"

    def end(self, place: Place) -> bool:
        """End whatever serves this folder, gently if it can be; returns whether anything did."""
        import psutil

        pid_file = self.folder / "postmaster.pid"
        if not pid_file.exists():
            return False
        found = self.postmaster() is not None
        for mode in ("fast", "immediate"):
            if self.postmaster():
                place.run("pg_ctl", "-D", self.folder, "-m", mode, "-w", "-t", "5", "stop")
        if pid_file.exists():
            # Killed, hung, a zombie, or copied from another checkout: what still works on this folder goes,
            # then the file, which would keep a new server from starting.
            left = [one for one in psutil.process_iter() if self._lives_here(one)]
            for process in left:
                with suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(left, timeout=5)
            pid_file.unlink(missing_ok=True)
        return found

    def said(self) -> str:
        with suppress(OSError):
            return self.log.read_text(encoding="utf-8", errors="replace")
        return ""

    def _lives_here(self, process: psutil.Process) -> bool:
        """Each process of a server has its data folder as working directory, also after the folder was moved."""
        import psutil

        try:
            return (
                process.name().startswith("postgres")
                and process.status() != psutil.STATUS_ZOMBIE
                and Path(process.cwd()).samefile(self.folder)
            )
        except (OSError, psutil.Error):
            return False


def make(place: Place) -> Cluster:
    """A new cluster in `place.home`, not started: UTF-8, UTC, a password, made for speed and not for keeps."""
    check_room(place.home)
    cluster = Cluster(place.home / f"cluster-{secrets.token_hex(4)}", secrets.token_hex(16))
    secret = cluster.folder.with_suffix(".secret")
    try:
        cluster.folder.mkdir(mode=0o700)
        place.hand_over(cluster.folder)
        with os.fdopen(os.open(secret, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(cluster.password)
        place.hand_over(secret)
        code, said = place.run(
            "initdb", "-D", cluster.folder, "-U", USER, f"--pwfile={secret}", "-A", "scram-sha-256", "-E", "UTF8",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions",
            *(f"--set={setting}" for setting in _settings()),
        )  # fmt: skip
    finally:
        secret.unlink(missing_ok=True)
    if code:
        shutil.rmtree(cluster.folder, ignore_errors=True)
        raise explain(said, cluster.folder)
    return cluster


def _settings() -> Iterator[str]:
    yield from ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=100")
    yield from ("timezone=UTC", "log_timezone=UTC", "log_checkpoints=off")
    # A classroom's data may be lost with the machine: a test database costs milliseconds instead.
    yield from ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
    # Rounds make a guessable password dear; this one is 128 random bits, and each connection would pay for them.
    yield "scram_iterations=1"
    if sys.platform != "win32":
        yield "client_connection_check_interval=2s"  # the locks of a client killed in mid-query go with it
    if sys.platform == "linux":
        yield "dynamic_shared_memory_type=mmap"  # /dev/shm is 64 MB in Docker, and systemd empties it at logout


def free_port(wanted: int = 0) -> int:
    """`wanted` when it is free, else another below the ports that systems hand out by themselves."""
    reason = ""
    for port in (*([wanted] if wanted else []), *(20_000 + secrets.randbelow(12_000) for _ in range(20))):
        with socket.socket() as probe:
            if sys.platform == "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError as error:
                reason = str(error)
    raise Trouble(
        f"No port on 127.0.0.1 can be opened: {reason}.",
        "Look for a firewall or a sandbox that forbids programs to listen, and allow Python and postgres.",
    )


def check_room(folder: Path) -> None:
    """Raise `Trouble` where the disk has no room for a cluster."""
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        raise Trouble(
            f"The disk is full: {free // 2**20} MB are free at {folder}, PostgreSQL needs {ROOM // 2**20} MB.",
            "Make room, or move the workbook to another disk.",
        )


def explain(said: str, folder: Path) -> Trouble:
    """What PostgreSQL's own words come to, for a person."""
    lines = [line for line in said.splitlines() if any(word in line for word in ("FATAL", "PANIC", "error"))]
    cause = (lines or said.splitlines() or ["it does not say why"])[-1].split(": ", 1)[-1].strip().rstrip(".")
    if any(words in said for words in ("No space left", "Disk quota exceeded", "not enough space")):
        return Trouble(f"The disk is full at {folder}: {cause}.", "Make room, or move the workbook to another disk.")
    if any(words in said for words in ("Read-only file system", "Permission denied")):
        return Trouble(f"PostgreSQL may not write {folder}: {cause}.", "Move the workbook into a folder of your own.")
    return Trouble(f"PostgreSQL does not start in {folder}: {cause}.", "Run `workbook doctor`: it names the cures.")
