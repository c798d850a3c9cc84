"""One data folder of the embedded PostgreSQL: start its server, ask it, end it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from workbook.postgres.installation import Place

if TYPE_CHECKING:
    import psutil
    from psycopg2.extensions import connection

USER = "workbook"  # in every URL: it may make databases, and nothing that reaches beyond them
ADMIN = "workbook_admin"  # the superuser, for what the program itself has to do
ANSWER = 3  # seconds for one attempt to connect
PATIENCE = 15.0  # seconds for a server that is there and does not answer
RECOVERY = 600.0  # seconds for one that says that it is starting: after a kill it reads its log first
PROOF = "scram-sha-256"  # how a server and we show each other that we know the password
USELESS = 5.0  # seconds for one that says that it is ready, and lets us not in
# Only a superuser may end its workers, so that one would make DROP DATABASE … WITH (FORCE) fail now and then.
UNDISTURBED = "autovacuum=off"
QUIET = "log_min_messages=log"  # a refused statement is no trouble of the server's, and every check brings some
GRACE = 10  # seconds for a server to stop when it is told to

# What the server answers: it is this cluster; it is starting or stopping; nothing; it is full; it is not this cluster.
Answer = Literal["ours", "later", "silent", "full", "none"]


@dataclass(frozen=True)
class Cluster:
    """`folder` holds the data; the server listens on 127.0.0.1:`port` once it is started."""

    folder: Path
    password: str = ""
    port: int = 0
    elsewhere: str = ""  # why the folder is not in the checkout
    admin_password: str = ""  # "" where nobody knows it: `roles.prepare` sets both
    rights: str = ""  # which of `roles` it was given

    @property
    def url(self) -> str:
        return f"postgresql+psycopg2://{USER}:{self.password}@127.0.0.1:{self.port}/postgres"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def pid_file(self) -> Path:
        """The server writes it when it starts, and removes it when it ends well."""
        return self.folder / "postmaster.pid"

    @contextmanager
    def administered(self, database: str = "postgres") -> Iterator[connection]:
        """A connection as the superuser, in autocommit mode. Raises `psycopg2.Error`.

        Without `require_auth`, whoever listens on our port could ask for the password in clear. SCRAM never sends it,
        and proves that the server knows it as well.
        """
        import psycopg2

        with closing(
            psycopg2.connect(
                host="127.0.0.1",
                port=self.port,
                user=ADMIN,
                password=self.admin_password,
                dbname=database,
                connect_timeout=ANSWER,
                require_auth=PROOF,
                # said outright, so that nobody's PG* variables decide
                hostaddr="127.0.0.1",
                sslmode="disable",
                gssencmode="disable",
                target_session_attrs="any",
                channel_binding="disable",
                options="",
            )
        ) as made:
            made.autocommit = True
            yield made

    def ask(self) -> Answer:
        """Who listens on our port? The pid file says which port is ours, and then the server itself who it is."""
        import psycopg2

        if self._listening_at() != self.port:
            return "none"
        try:
            with self.administered() as made, made.cursor() as cursor:
                cursor.execute("SHOW data_directory")
                (folder,) = cursor.fetchone() or ("",)
                return "ours" if Path(folder).samefile(self.folder) else "none"
        except psycopg2.Error as error:
            said = str(error)
            if "too many clients" in said or "connection slots" in said:
                return "full"
            if "timeout expired" in said:
                return "silent"
            unready = ("starting up", "shutting down", "recovery mode", "not yet accepting")
            return "later" if any(words in said for words in unready) else "none"
        except OSError:  # a folder that is not there: the checkout was moved
            return "none"

    def answers(self) -> bool:
        """Whether this cluster's server runs; waits for one that is starting, stopping, or overloaded."""
        began = time.monotonic()
        while True:
            answer = self.ask()
            if answer in ("ours", "none"):
                return answer == "ours"
            if self.postmaster() is None:
                return False
            if answer == "full":
                return True
            if time.monotonic() - began > (RECOVERY if answer == "later" else PATIENCE):
                return False
            time.sleep(0.05)

    def postmaster(self) -> psutil.Process | None:
        """The process that serves this folder. A pid alone proves nothing: it must be a server at home here."""
        import psutil

        with suppress(OSError, ValueError, IndexError, psutil.Error):
            process = psutil.Process(int(self._noted()[0]))
            if self._lives_here(process):
                return process
        return None

    def _is_ready(self) -> bool:
        """Whether the server says of itself that it takes connections."""
        with suppress(OSError, IndexError):
            return self._noted()[7].strip() == "ready"
        return False

    def _listening_at(self) -> int:
        """The port that the server itself wrote down, in a folder that nobody else can write; 0 where there is none."""
        with suppress(OSError, ValueError, IndexError):
            return int(self._noted()[3])
        return 0

    def _noted(self) -> list[str]:
        """The lines of the pid file: pid, data folder, start, port, …"""
        return self.pid_file.read_text(encoding="utf-8", errors="replace").splitlines()

    def start(self, place: Place, seconds: float = 60) -> str:
        """Start the server, which must not run; returns "" once it answers, else what its log says."""
        with suppress(OSError):
            self.log.replace(self.log.with_name("server.previous.log"))
        # -W: pg_ctl would look every 0.1 s only. Its own quoting wants no space or quote in -o.
        options = f"-p {self.port} -c {UNDISTURBED} -c {QUIET}"
        code, said = place.run("pg_ctl", "-D", self.folder, "-l", self.log, "-W", "-o", options, "start")
        if code:
            return said
        began = time.monotonic()
        while (waited := time.monotonic() - began) < RECOVERY:
            answer = self.ask()
            if answer in ("ours", "full"):
                return ""
            said = self.said()
            if self.postmaster() is None and ("FATAL" in said or "PANIC" in said or waited > seconds):
                return said or "it ended, and did not say why"
            if answer != "later" and waited > (USELESS if self._is_ready() else seconds):
                break
            time.sleep(0.005)
        return self.said() or f"nothing, for {waited:.0f} s"

    def end(self, place: Place) -> bool:
        """End whatever serves this folder, gently if it can be; returns whether anything did."""
        import psutil

        if not self.pid_file.exists():
            return False
        found = self.postmaster() is not None
        if found:
            place.run("pg_ctl", "-D", self.folder, "-m", "fast", "-w", "-t", str(GRACE), "stop")
        if self.pid_file.exists():
            # Killed, hung, a zombie, or copied from another checkout: what still works on this folder goes,
            # then the file, which would keep a new server from starting.
            left = [one for one in psutil.process_iter() if self._lives_here(one)]
            for process in left:
                with suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(left, timeout=5)
            self.pid_file.unlink(missing_ok=True)
        return found

    def said(self) -> str:
        with suppress(OSError):
            return self.log.read_text(encoding="utf-8", errors="replace")
        return ""

    def _lives_here(self, process: psutil.Process) -> bool:
        """Each process of a server has its data folder as working directory, also after the folder was moved."""
        import psutil

        try:
            return process.name().startswith("postgres") and Path(process.cwd()).samefile(self.folder)
        except (OSError, psutil.Error):  # gone, a zombie, or not ours to look at
            return False
