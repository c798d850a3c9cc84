"""The embedded server is there when it is needed, whatever happened to it before."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import psutil
import pytest
from embedded import answer, as_admin, at_home, begin, own_server

from workbook.postgres import binaries, cluster, server
from workbook.postgres.connection import connected
from workbook.system import ports
from workbook.system.errors import UserError

pytestmark = pytest.mark.xdist_group("server")  # one cluster for all of it

ENSURE = "from workbook.postgres import server; print(server.ensure())"


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A checkout whose path has a space and letters that are not ASCII; its server serves this module."""
    with own_server(tmp_path_factory.mktemp("server") / "my wörkbook") as root:
        yield root


@pytest.fixture
def root(premises: Path) -> Iterator[Path]:
    with at_home(premises):
        yield premises


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Path]:
    """A checkout that never had a server."""
    with own_server(tmp_path / "bare") as root, at_home(root):
        yield root


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        pytest.param("TimeZone", "UTC", id="time-zone"),
        pytest.param("server_encoding", "UTF8", id="encoding"),
        pytest.param("listen_addresses", "127.0.0.1", id="loopback-only"),
        pytest.param("unix_socket_directories", "", id="no-socket-file"),
        pytest.param("fsync", "off", id="quick"),
        pytest.param("autovacuum", "off", id="no-workers-in-the-way"),
        pytest.param("synchronous_commit", "on", id="survives-a-kill"),
        pytest.param("max_connections", "100", id="connections"),
    ],
)
def test_server_is_set_for_a_classroom(root: Path, setting: str, value: str) -> None:
    """The same answers for every learner, on one machine, fast."""
    assert answer(as_admin(server.ensure()), f"SHOW {setting}") == value


def test_server_sorts_by_code_point_and_folds_all_letters(root: Path) -> None:
    """Its own locale, not the machine's, decides."""
    assert answer(server.ensure(), "SELECT lower('ÄB') || ('a' > 'B')::text") == "äbtrue"


def test_server_wants_its_password(root: Path) -> None:
    """Another program on this machine cannot walk in."""
    url = server.ensure()
    with pytest.raises(UserError, match="refuses this password"):
        answer(url.replace(url.split(":")[2].split("@")[0], "guessed"), "SELECT 1")


def test_server_keeps_its_password_to_its_owner(root: Path) -> None:
    """The file with the password is for nobody else to read; Windows has no such bits."""
    server.ensure()
    mode = (root / ".workbook" / "postgres" / "server.json").stat().st_mode & 0o777
    assert mode == (0o666 if sys.platform == "win32" else 0o600)


def test_server_is_shared(root: Path) -> None:
    """A process that asks again gets the server that runs."""
    assert answer(server.ensure(), "SELECT pg_postmaster_start_time()") == answer(
        server.ensure(), "SELECT pg_postmaster_start_time()"
    )


def test_server_outlives_the_process_that_started_it(root: Path) -> None:
    """The first kernel that exits does not take it away from the others."""
    server.stop()
    with begin(root, ENSURE) as first:
        url = first.communicate()[0].strip()
    assert answer(url, "SELECT 1") == 1


def test_server_keeps_its_port_between_starts(root: Path) -> None:
    """What a learner wrote into another program stays right."""
    before = server.ensure()
    server.stop()
    assert server.ensure() == before


def test_server_moves_to_another_port_when_its_own_is_taken(root: Path) -> None:
    """Somebody else may listen there by now."""
    before = server.ensure()
    server.stop()
    with socket.create_server(("127.0.0.1", server.status().port)):
        after = server.ensure()
    assert (after != before, answer(after, "SELECT 1")) == (True, 1)


def test_server_that_was_killed_comes_back_with_its_data(root: Path) -> None:
    """After kill -9 the next one who asks starts it again."""
    answer(server.ensure(), "CREATE TABLE kept AS SELECT 42 AS n")
    postmaster().kill()
    assert answer(server.ensure(), "SELECT n FROM kept") == 42
    answer(server.ensure(), "DROP TABLE kept")


def test_server_frees_the_locks_of_a_killed_client(root: Path) -> None:
    """A client that is killed blocks nobody for long, not even in mid-statement where the system tells of it."""
    url = server.ensure()
    wait = "input()" if sys.platform == "win32" else "cursor.execute('SELECT pg_sleep(600)')"
    answer(url, "CREATE TABLE wanted (n int)")
    code = f"""
import psycopg2, workbook.postgres.connection
cursor = psycopg2.connect(workbook.postgres.connection.native({url!r})).cursor()
cursor.execute("LOCK TABLE wanted")
print("locked", flush=True)
{wait}
"""
    with begin(root, code) as client:
        assert client.stdout
        assert client.stdout.readline() == "locked\n"
        client.kill()
    answer(url, "SET statement_timeout = '30s'; DROP TABLE wanted")


def test_server_that_is_full_is_left_alone(root: Path) -> None:
    """It is there, even if it has no connection left to say so."""
    url, before = server.ensure(), postmaster()
    with ExitStack() as open_ones:
        for _ in range(100):  # also those that are kept for the superuser
            open_ones.enter_context(connected(as_admin(url)))
        assert (server.ensure(), postmaster()) == (url, before)


def test_server_that_hangs_is_replaced_by_one_that_answers(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is there and never answers is killed, and its data served again."""
    monkeypatch.setattr(cluster, "ANSWER", 2)
    monkeypatch.setattr(cluster, "PATIENCE", 0)
    monkeypatch.setattr(cluster, "GRACE", 1)
    url = server.ensure()
    hanging = postmaster()
    hanging.suspend()
    try:
        assert server.ensure() == url
        assert answer(url, "SELECT 1") == 1
    finally:
        if hanging.is_running():
            hanging.resume()


@pytest.mark.parametrize("left", ["innocent", "zombie"])
def test_server_starts_over_a_stale_pid_file(root: Path, left: str) -> None:
    """A pid file may name an innocent process, or one that is dead and unreaped; neither is touched or waited for."""
    server.ensure()
    server.stop()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        if left == "zombie":
            other.kill()
        (folder() / "postmaster.pid").write_text(f"{other.pid}\n{folder()}\n", encoding="utf-8")
        assert answer(server.ensure(), "SELECT 1") == 1
        assert left == "zombie" or other.poll() is None
        other.communicate(b"\n")


def test_server_is_found_again_when_its_checkout_moves(bare: Path) -> None:
    """A folder that is renamed while the server runs keeps its data."""
    answer(server.ensure(), "CREATE TABLE moved AS SELECT 7 AS n")
    if sys.platform == "win32":
        server.stop()  # there, a folder in use stays where it is
    to = bare.with_name("moved")
    bare.rename(to)
    with own_server(to), at_home(to):
        assert answer(server.ensure(), "SELECT n FROM moved") == 7


def test_server_of_a_copied_checkout_is_another(root: Path, tmp_path: Path) -> None:
    """A copy of a whole checkout gets a server of its own and leaves the first alone."""
    original = server.ensure()
    before = postmaster()
    shutil.copytree(root / ".workbook", tmp_path / "copy" / ".workbook")
    with own_server(tmp_path / "copy") as copy, at_home(copy):
        assert server.ensure() != original
    assert before.is_running()


def test_server_is_not_taken_for_that_of_a_copied_folder(root: Path, tmp_path: Path) -> None:
    """The copy has the same password, the same port, and a pid file that names the server of the original."""
    url = urlsplit(server.ensure())
    copy = cluster.Cluster(tmp_path, url.password or "", url.port or 0)
    shutil.copy(folder() / "postmaster.pid", tmp_path)
    assert (copy.ask(), copy.postmaster()) == ("none", None)


def test_server_is_one_for_eight_who_start_it_at_once(bare: Path) -> None:
    """They agree on one server, made from nothing."""
    starters = [begin(bare, ENSURE) for _ in range(8)]
    urls = {starter.communicate()[0].strip() for starter in starters}
    assert [answer(url, "SELECT 1") for url in urls] == [1]


def test_server_stops_when_it_is_told(root: Path) -> None:
    """And says whether there was one to stop."""
    server.ensure()
    assert [server.stop(), server.status().running, server.stop()] == [True, False, False]


def test_server_status_starts_nothing(tmp_path: Path) -> None:
    """To look is not to touch."""
    with at_home(tmp_path):
        assert (server.status(), server.stop(), list(tmp_path.iterdir())) == (server.Status(running=False), False, [])


def test_server_reports_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it fills what is left."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5 * 2**20))
    with own_server(tmp_path) as root, at_home(root), pytest.raises(UserError, match=r"disk is full .* 5 MB are free"):
        server.ensure()


def test_server_reports_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A file stands where its folder should be: nobody, not even root, can write there."""
    (tmp_path / ".workbook").write_text("", encoding="utf-8")
    with at_home(tmp_path), pytest.raises(UserError, match=r"\.workbook.* cannot be used"):
        server.ensure()


def test_server_reports_that_it_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no wheel for every platform; a server of one's own does as well."""
    monkeypatch.setattr(binaries, "WHEEL", "no_such_wheel")
    with at_home(tmp_path), pytest.raises(UserError, match="not installed") as raised:
        server.ensure()
    assert "DATABASE_URL" in raised.value.todo


def test_server_reports_that_no_port_can_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A firewall or a sandbox may forbid programs to listen."""
    monkeypatch.setattr(ports, "is_free", lambda _: False)
    with own_server(tmp_path) as root, at_home(root), pytest.raises(UserError, match=r"listen on 127\.0\.0\.1"):
        server.ensure()


def folder() -> Path:
    """The data folder of the server at home."""
    found = server.status().folder
    assert found
    return found


def postmaster() -> psutil.Process:
    """The first process of the server at home."""
    process = cluster.Cluster(folder(), password="").postmaster()
    assert process
    return process
