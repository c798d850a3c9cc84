"""Another program listens where our server did: it is told no password, and nothing that it says is believed."""

from __future__ import annotations

import shutil
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from embedded import CHECKOUT, answer, at_home, environment, own_server
from toys import TOY

from workbook.postgres import record, server
from workbook.system import ports

pytestmark = pytest.mark.xdist_group("impostor")

CLEAR, MD5, SASL = 3, 5, 10  # what a server of PostgreSQL's protocol may ask of a client
OK = struct.pack("!cIi", b"R", 8, 0)
READY = struct.pack("!cIc", b"Z", 5, b"I")


def asks(kind: int, more: bytes = b"") -> bytes:
    return struct.pack("!cIi", b"R", 8 + len(more), kind) + more


IMPOSTORS = {
    "asks-for-it-in-clear": asks(CLEAR),
    "asks-for-md5": asks(MD5, b"salt"),
    "asks-for-nothing": OK + READY,
    "asks-for-scram-and-guesses": asks(SASL, b"SCRAM-SHA-256\0\0"),
    "says-nothing": b"",
}


class Impostor:
    """Listens on a port, answers every client with `reply`, and keeps what it is told."""

    def __init__(self, port: int, reply: bytes) -> None:
        self.told = bytearray()
        self.reply = reply
        self.listening = socket.create_server(("127.0.0.1", port))
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listening.accept()
                threading.Thread(target=self.receive, args=(client,), daemon=True).start()

    def receive(self, client: socket.socket) -> None:
        with suppress(OSError), client:
            client.settimeout(5)
            self.told += client.recv(10_000)
            client.sendall(self.reply)
            said = client.recv(10_000)
            self.told += said
            if b"n=,r=" in said:  # SCRAM: some salt, few rounds, and then a proof that cannot be right
                nonce = said.split(b"r=")[1]
                first = b"r=" + nonce + b"x,s=c2FsdHNhbHQ=,i=1"
                client.sendall(asks(11, first))
                self.told += client.recv(10_000)
                client.sendall(asks(12, b"v=" + b"A" * 43 + b"=") + OK + READY)
            self.told += client.recv(10_000)

    def close(self) -> None:
        self.listening.shutdown(socket.SHUT_RDWR) if sys.platform != "win32" else None
        self.listening.close()


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with own_server(tmp_path_factory.mktemp("impostor")) as root:
        yield root


@pytest.fixture
def root(premises: Path) -> Iterator[Path]:
    with at_home(premises):
        answer(server.ensure(), "CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS n")
        yield premises


def secrets() -> list[bytes]:
    found = record.read()
    assert found
    return [found.password.encode(), found.admin_password.encode()]


def ensures(_: str) -> list[str]:
    return ["-c", "from workbook.postgres import server; print(server.ensure())"]


def connects(driver: str) -> Callable[[str], list[str]]:
    """A program that the workbook started, with the URL that it was given: a kernel, an app, a test."""
    return lambda url: ["-c", f"import os; os.environ['PGREQUIREAUTH'] = 'scram-sha-256'; {driver.format(url=url)}"]


CLIENTS = {
    "ensure": ensures,
    "psycopg2": connects("import psycopg2; psycopg2.connect('{url}'.replace('+psycopg2', ''), connect_timeout=6)"),
    "sqlalchemy": connects("from sqlalchemy import create_engine; create_engine('{url}').connect()"),
}


@pytest.mark.parametrize("killed", [True, False], ids=["killed", "stopped"])
@pytest.mark.parametrize("kind", IMPOSTORS)
def test_the_program_finds_its_own_server(root: Path, kind: str, killed: bool) -> None:
    """The pid file of a killed server still names the port; SCRAM says who is there."""
    port = server.status().port
    if killed:
        found = record.read()
        assert found
        process = found.postmaster()
        assert process
        for one in [process, *process.children()]:
            one.kill()
        process.wait(10)
    else:
        server.stop()
    known, impostor = secrets(), Impostor(port, IMPOSTORS[kind])
    try:
        url = subprocess.run(
            [sys.executable, *ensures("")], env=environment(root), capture_output=True, encoding="utf-8", timeout=120
        ).stdout.strip()
        assert f":{port}/" not in url
        assert answer(url, "SELECT n FROM kept") == 42
    finally:
        impostor.close()
    assert [secret for secret in known if secret in bytes(impostor.told)] == []


@pytest.mark.parametrize("client", ["psycopg2", "sqlalchemy"])
@pytest.mark.parametrize("kind", [kind for kind in IMPOSTORS if kind != "says-nothing"])
def test_what_the_program_started_tells_nothing(root: Path, kind: str, client: str) -> None:
    """An app keeps the address that it was started with."""
    port = ports.choose(None, 31_000)
    found = record.read()
    assert found
    url = found.url.replace(f":{found.port}/", f":{port}/")
    impostor = Impostor(port, IMPOSTORS[kind])
    try:
        done = subprocess.run(
            [sys.executable, *CLIENTS[client](url)], env=environment(root), capture_output=True, timeout=120
        )
    finally:
        impostor.close()
    assert done.returncode != 0, "it believes whoever answers"
    assert impostor.told, "it did not come"
    assert [secret for secret in secrets() if secret in bytes(impostor.told)] == []


def test_everything_that_is_started_asks_who_is_there(root: Path) -> None:
    """By a variable that PostgreSQL's clients read, whatever is run in a chapter."""
    env = environment(root)
    shutil.copytree(TOY, root, dirs_exist_ok=True)
    asked = [sys.executable, "-m", "workbook", "run", "02", "--", sys.executable, "-c"]
    code = "import os; print(os.environ.get('PGREQUIREAUTH'), os.environ.get('PGSERVICE'))"
    shown = subprocess.run(
        [*asked, code], env=env | {"PGSERVICE": "elsewhere"}, cwd=CHECKOUT, capture_output=True, encoding="utf-8"
    )
    assert shown.stdout.splitlines()[-1:] == ["scram-sha-256 None"], shown.stderr
