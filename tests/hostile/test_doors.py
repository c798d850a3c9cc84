"""Other users of the machine: what they could read, see in the list of processes, or reach over the network."""

from __future__ import annotations

import json
import os
import socket
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest
from embedded import at_home, own_server
from toys import Toy, copied

from workbook.postgres import record
from workbook.serving import jupyterlab
from workbook.system import ports

pytestmark = [
    pytest.mark.xdist_group("doors"),
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has other ways to keep a home to its owner."),
]

DAY = [
    *("", "doctor", "open 01", "open 02", "check 01", "check 02", "hint 01", "status", "reset 01 --yes", "restore 01"),
    *("solution 01 --give-up", "diff 01", "db url", "db status", "db clusters", "db reset 02", "dev lock --check"),
]
PORTS_OF_A_KERNEL = 5
SECRETS = "password", "admin_password"


@dataclass
class Day:
    """A course after a day's commands, with JupyterLab, an app and the server still running."""

    toy: Toy
    processes: list[psutil.Process]
    lab: jupyterlab.Lab
    kernel: str
    url: str  # of the app


@pytest.fixture(scope="module", params=[0o000, 0o022], ids=["umask-000", "umask-022"])
def day(request: pytest.FixtureRequest) -> Iterator[Day]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # as a home that everybody may enter
        yield from lived(copied(Path(folder) / "toy"), request.param)


def lived(toy: Toy, umask: int) -> Iterator[Day]:
    with own_server(toy.root), at_home(toy.root):
        old = os.umask(umask)
        try:
            for command in DAY:
                toy.workbook(*command.split())
            port = ports.choose(None, 23_000)
            app = begin(toy, "serve", "02", "--port", str(port))
            lab = begin(toy, "start", "--no-browser")
        finally:
            os.umask(old)
        try:
            yield ready(toy, [app, lab], port)
        finally:
            for process in (app, lab):
                process.terminate()
            toy.workbook("stop")
            for process in (app, lab):
                process.communicate(timeout=60)


def begin(toy: Toy, *command: str) -> psutil.Popen:
    with (toy.root / f"{command[0]}.log").open("wb") as log:
        return toy.begin(*command, output=log)


def ready(toy: Toy, started: list[psutil.Popen], port: int) -> Day:
    """Wait for both, and start a kernel."""
    until, lab = time.monotonic() + 120, None
    while time.monotonic() < until and (lab is None or ports.is_free(port)):
        lab = lab or jupyterlab.running(toy.root)
        time.sleep(0.1)
    assert lab, (toy.root / "start.log").read_text(encoding="utf-8")
    status, said = asked(lab, "POST", "/api/kernels", {"Authorization": f"token {lab.token}"})
    assert status == 201
    found = record.read()
    assert found
    postmaster = found.postmaster()
    assert postmaster
    roots = [psutil.Process(one.pid) for one in started]
    while True:
        processes = [one for root in (*roots, postmaster) for one in (root, *root.children(recursive=True))]
        open_ones = {number for _, number in listening(processes)}
        arrived = {port, lab.port, found.port} <= open_ones and len(open_ones) >= 3 + PORTS_OF_A_KERNEL
        if arrived or time.monotonic() > until:
            return Day(toy, processes, lab, json.loads(said)["id"], f"http://127.0.0.1:{port}")
        time.sleep(0.1)


def listening(processes: list[psutil.Process]) -> set[tuple[str, int]]:
    """The addresses and ports at which these processes can be reached."""
    found = set()
    for process in processes:
        with suppress(psutil.Error):
            connections = process.net_connections(kind="inet")
            found |= {(one.laddr.ip, one.laddr.port) for one in connections if one.status == psutil.CONN_LISTEN}
    return found


def asked(lab: jupyterlab.Lab, method: str, path: str, headers: dict[str, str]) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", lab.port, timeout=30)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    finally:
        connection.close()


def test_nothing_of_a_day_is_for_other_users(day: Day) -> None:
    """Files are 0600, folders 0700; the account that PostgreSQL needs under root may pass through two of them."""
    passed = {day.toy.root / ".workbook", day.toy.root / ".workbook" / "postgres"} if os.geteuid() == 0 else set()
    found = [one for name in ("desk", ".workbook") for one in below(day.toy.root / name)]
    modes = {one: stat.S_IMODE(one.lstat().st_mode) for one in found if os.path.lexists(one) and not one.is_symlink()}
    open_ones = {one: oct(mode) for one, mode in modes.items() if mode & (0o066 if one in passed else 0o077)}
    assert len(found) > 50
    assert open_ones == {}


def text(file: Path) -> str:
    """What is in a file that may be gone by now."""
    with suppress(FileNotFoundError):
        return file.read_bytes().decode(errors="replace")
    return ""


def below(folder: Path) -> Iterator[Path]:
    yield folder
    for place, folders, names in os.walk(folder):
        yield from (Path(place, name) for name in (*folders, *names))


def alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_no_secret_is_in_the_list_of_processes(day: Day) -> None:
    """Every user of a machine sees the arguments of all programs."""
    with at_home(day.toy.root):
        found = record.read()
    known = [*(getattr(found, name) for name in SECRETS), day.lab.token]
    assert all(known)
    said = [" ".join(one.cmdline()) for one in day.processes if alive(one)]
    assert len(said) > 5
    assert [line for line in said for secret in known if secret in line] == []


def test_everything_listens_on_the_loopback_only(day: Day) -> None:
    """JupyterLab, its kernels, the app, and PostgreSQL."""
    there = listening(day.processes)
    ours = {port for _, port in there}
    with at_home(day.toy.root):
        found = record.read()
    assert found
    assert {day.lab.port, urlsplit(day.url).port, found.port} <= ours
    assert len(ours) >= 3 + PORTS_OF_A_KERNEL
    assert {address for address, _ in there} == {"127.0.0.1"}


def test_jupyterlab_wants_its_token(day: Day) -> None:
    """Without it, or with another one, nobody gets a kernel."""
    for headers in ({}, {"Authorization": "token guessed"}, {"Cookie": "_xsrf=1", "X-XSRFToken": "1"}):
        assert asked(day.lab, "POST", "/api/kernels", headers)[0] == 403
        assert asked(day.lab, "GET", "/api/contents", headers)[0] == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "192.0.2.1", "localhost.evil.example"])
def test_jupyterlab_refuses_another_host(day: Day, host: str) -> None:
    """A page elsewhere whose name comes to mean this machine (DNS rebinding) is not answered."""
    headers = {"Host": host.format(port=day.lab.port), "Authorization": f"token {day.lab.token}"}
    assert asked(day.lab, "GET", "/api/status", headers)[0] == 403


def test_jupyterlab_lets_no_other_page_in(day: Day) -> None:
    """A page of another origin, with the cookie that the browser sends along."""
    origin = {"Origin": "http://evil.example"}
    connection = HTTPConnection("127.0.0.1", day.lab.port, timeout=30)
    connection.request("GET", f"/api/status?token={day.lab.token}")
    answer = connection.getresponse()
    answer.read()
    cookies = "; ".join(one.split(";")[0] for one in answer.headers.get_all("Set-Cookie") or [])
    connection.close()
    assert cookies, "nobody is known by a cookie"
    status, _ = asked(day.lab, "POST", "/api/kernels", {**origin, "Cookie": cookies})
    assert status in (403, 404)
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "x" * 22 + "==", "Cookie": cookies}
    path = f"/api/kernels/{day.kernel}/channels"
    assert asked(day.lab, "GET", path, {**upgrade, **origin, "Sec-WebSocket-Version": "13"})[0] == 403
    connection = HTTPConnection("127.0.0.1", day.lab.port, timeout=30)
    connection.request("GET", "/api/status", headers={**origin, "Cookie": cookies})
    assert connection.getresponse().headers.get("Access-Control-Allow-Origin") is None
    connection.close()


def test_the_address_of_jupyterlab_is_in_no_file_of_others(day: Day) -> None:
    """What `start` prints is for the terminal alone; the page that a browser is led by is ours too."""
    query = parse_qs(urlsplit(day.lab.page("/lab")).query)
    assert query["token"] == [day.lab.token]
    spoken = {day.toy.root / "start.log"}
    found = [one for one in below(day.toy.root) if one.is_file() and not one.is_symlink() and one not in spoken]
    holding = [one for one in found if day.lab.token in text(one)]
    assert all(one.is_relative_to(day.toy.root / ".workbook") for one in holding)


def test_this_machine_has_another_address_to_listen_at() -> None:
    """Else the test of the sockets could not fail."""
    with socket.socket() as probe:
        probe.bind(("0.0.0.0", 0))
        assert probe.getsockname()[0] == "0.0.0.0"
