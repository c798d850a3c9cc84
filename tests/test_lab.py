"""`start`, `stop` and the JupyterLab between them: the real one, on the toy course."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil
import pytest
from toy_notebooks import code, printed, stored
from toys import CHECKOUT, Toy, copied

from workbook.learner import progress
from workbook.serving import browser, jupyterlab, jupyterlab_app
from workbook.system import invocation, ports
from workbook.system.errors import UserError

pytestmark = pytest.mark.xdist_group("lab")

HOSTILE = "raise SystemExit('the settings of the person were read')"


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder whose Jupyter and IPython settings break whatever reads them."""
    home = tmp_path_factory.mktemp("person")
    for name in (".jupyter/jupyter_server_config.py", ".jupyter/jupyter_lab_config.py"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(HOSTILE, encoding="utf-8")
    startup = home / ".ipython" / "profile_default" / "startup" / "first.py"
    startup.parent.mkdir(parents=True)
    startup.write_text(HOSTILE, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """The toy course that JupyterLab is started on; its folder has a space in its name."""
    return copied(tmp_path_factory.mktemp("lab") / "a course")


@pytest.fixture(scope="module")
def started(course: Toy, person: Path) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """`start --no-browser` as it runs in a terminal, and what it said until it was ready."""
    env = course.environment(database=True, HOME=str(person), USERPROFILE=str(person), JUPYTER_TOKEN="known")
    process = begin(env)
    try:
        yield process, said_until(process, "Ctrl-C")
    finally:
        course.workbook("stop")
        process.terminate()  # for one that `stop` did not find
        process.communicate(timeout=60)


def begin(env: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "workbook", "start", "--no-browser"],
        cwd=CHECKOUT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def said_until(process: subprocess.Popen[str], end: str) -> list[str]:
    """The lines of a process up to the one that holds `end`."""
    lines: list[str] = []
    for line in process.stdout or ():
        lines.append(line)
        if end in line:
            return lines
    raise AssertionError("".join(lines))


def address_in(lines: list[str]) -> str:
    (found,) = re.findall(r"http://\S+", "".join(lines))
    return str(found)


Started = tuple[subprocess.Popen[str], list[str]]


def test_start_prints_the_address_of_the_first_chapter(started: Started) -> None:
    """Without a browser, the person gets an address to open."""
    assert re.fullmatch(
        r"http://127\.0\.0\.1:\d+/lab/tree/desk/01_hello\.ipynb\?token=[\w-]{32}", address_in(started[1])
    )


def test_lab_answers_to_its_token(started: Started) -> None:
    """The printed address is JupyterLab."""
    with urlopen(address_in(started[1])) as answer:
        assert b"JupyterLab" in answer.read()


def test_lab_refuses_who_has_no_token(started: Started) -> None:
    """Another user of the machine gets nothing; nor does a token that the person's environment holds."""
    with pytest.raises(HTTPError, match="403"):
        urlopen(address_in(started[1]).split("/lab")[0] + "/api/contents?token=known")


def test_lab_shows_the_whole_course(started: Started, course: Toy) -> None:
    """Its root is the course's folder, so that chapters and notebooks are both in sight."""
    token = address_in(started[1]).rpartition("=")[2]
    with urlopen(address_in(started[1]).split("/lab")[0] + f"/api/contents?token={token}") as answer:
        names = {one["name"] for one in json.load(answer)["content"]}
    assert {"chapters", "notebooks", "course.toml"} <= names


def test_lab_leaves_the_persons_home_alone(started: Started, person: Path) -> None:
    """What it keeps, it keeps in the course's folder."""
    assert sorted(file.name for file in person.iterdir()) == [".ipython", ".jupyter"]


def test_stop_ends_a_jupyterlab_that_does_not_answer_yet(toy: Toy) -> None:
    """Who started it was killed meanwhile, and its address is written nowhere; another course's goes on."""
    (other := toy.root.parent / "other").mkdir()
    env = jupyterlab.environment(toy.root, toy.environment(), "token")
    ours, theirs = (
        subprocess.Popen([sys.executable, "-P", "-m", jupyterlab.APP, str(root), "8899", "50", "/lab"], env=env)
        for root in (toy.root, other)
    )
    for process in (ours, theirs):
        psutil.Process(process.pid).suspend()
    try:
        done = toy.workbook("stop")

        assert (done.code, done.stdout) == (0, "Stopped JupyterLab, which was starting.\n"), done.text
        assert ours.wait(10) is not None
        assert theirs.poll() is None
    finally:
        for process in (ours, theirs):
            process.kill()
            process.wait(10)


def test_second_start_opens_the_running_one(started: Started, course: Toy) -> None:
    """It prints the same address and ends at once."""
    done = course.workbook("start", "--no-browser", database=True)
    assert (done.code, address_in([done.stdout])) == (0, address_in(started[1])), done.text


def test_start_opens_the_notebook_that_is_named(started: Started, course: Toy) -> None:
    """Another chapter's, in the JupyterLab that runs already."""
    done = course.workbook("start", "2", "--no-browser", database=True)
    assert (done.code, "/desk/02_store.ipynb" in address_in([done.stdout])) == (0, True), done.text


def test_start_opens_the_chapter_that_is_worked_on(started: Started, course: Toy) -> None:
    """The one that every other command takes without a number."""
    with progress.changed(course.root) as remembered:
        entry = remembered.of(course.course.find("02"))
        entry.started, remembered.current = True, "02_store"
    try:
        done = course.workbook("start", "--no-browser", database=True)
    finally:
        (course.root / progress.FILE).unlink()
    assert "/desk/02_store.ipynb" in address_in([done.stdout]), done.text


def test_second_start_on_another_port_is_refused(started: Started, course: Toy) -> None:
    """One course has one JupyterLab; the sentence says on which port."""
    done = course.workbook("start", "--no-browser", "--port", "1999", database=True)
    assert (done.code, "JupyterLab runs already, on port" in done.stderr) == (1, True), done.text


def test_lab_is_found_by_its_course_alone(started: Started, course: Toy, tmp_path: Path) -> None:
    """What answers for one checkout is not taken for another's."""
    runtime = jupyterlab.home(tmp_path) / "runtime"
    runtime.mkdir(parents=True)
    for file in (jupyterlab.home(course.root) / "runtime").glob("jpserver-*.json"):
        (runtime / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    assert (jupyterlab.running(course.root) is None, jupyterlab.running(tmp_path)) == (False, None)


def test_lab_that_died_is_not_found(tmp_path: Path) -> None:
    """A record without a server behind it, or one that is damaged, is passed over."""
    runtime = jupyterlab.home(tmp_path) / "runtime"
    runtime.mkdir(parents=True)
    record = {"url": f"http://127.0.0.1:{unused_port()}/", "token": "x", "root_dir": str(tmp_path)}
    (runtime / "jpserver-1.json").write_text(json.dumps(record), encoding="utf-8")
    (runtime / "jpserver-2.json").write_text("{", encoding="utf-8")
    assert jupyterlab.running(tmp_path) is None


def test_stop_without_anything_running_says_so(toy: Toy) -> None:
    """Nothing to stop is no error."""
    done = toy.workbook("stop")
    assert (done.code, done.stdout.strip()) == (0, "Nothing was running."), done.text


def test_lab_that_fails_shows_its_last_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A JupyterLab that ends at once is told with its own words and where its log is."""
    monkeypatch.setattr(
        jupyterlab, "_command", lambda *_, **__: [sys.executable, "-c", "raise SystemExit('no such kernel')"]
    )
    with pytest.raises(UserError, match="no such kernel") as caught:
        jupyterlab.start(tmp_path, "/lab", None)
    assert str(jupyterlab.home(tmp_path) / "lab.log") in caught.value.todo


def test_lab_asks_nothing_of_the_network() -> None:
    """No news, no search for updates, no catalogue of extensions; and it listens on the loopback alone."""
    given = jupyterlab_app.arguments("/x", "8888", "0", "/lab")
    assert {
        "--ServerApp.ip=127.0.0.1",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        "--LanguageServerManager.autodetect=False",
    } <= set(given)


def test_notebooks_of_the_course_are_trusted(toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed as they are stored; one that is not a notebook, and one that is not of the course, are left alone."""
    from nbformat import read
    from nbformat.sign import NotebookNotary

    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    hello, store = (one.notebook for one in toy.course.chapters)
    path = stored(hello.parent, code("print(1)", printed("1\n")), slug=hello.stem)
    other = stored(hello.parent, code("print(2)", printed("2\n")), slug="mine")
    store.write_text("{", encoding="utf-8")

    jupyterlab_app.trust(toy.root)

    notary = NotebookNotary()  # type: ignore[no-untyped-call]
    signed = [notary.check_signature(read(one, as_version=4)) for one in (path, other)]  # type: ignore[no-untyped-call]
    assert signed == [True, False]


def test_environment_of_lab_keeps_the_persons_settings_out(tmp_path: Path) -> None:
    """What the person set for their own Jupyter is dropped, all else is kept."""
    env = jupyterlab.environment(
        tmp_path, {"JUPYTER_PATH": "/theirs", "IPYTHONDIR": "/theirs", "LANG": "C.UTF-8"}, "token"
    )
    assert ("/theirs" in env.values(), env["LANG"]) == (False, "C.UTF-8")


def unused_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_taken_port_that_was_asked_for_is_refused(taken: int) -> None:
    """The person chose it, so none is chosen for them."""
    with pytest.raises(UserError, match=f"Port {taken} is taken"):
        ports.choose(taken, 8888)


def test_taken_usual_port_is_passed_over(taken: int) -> None:
    """Without a wish, the next free one is used."""
    assert ports.choose(None, taken) > taken


@pytest.mark.parametrize("port", [0, -1, 65536], ids=["zero", "negative", "too-large"])
def test_number_that_is_no_port_is_refused(port: int) -> None:
    """A sentence, not an overflow."""
    with pytest.raises(UserError, match="is not a port"):
        ports.choose(port, 8888)


@pytest.mark.parametrize("port", [1, 80, 1023])
def test_port_of_the_system_is_refused(port: int) -> None:
    """Nobody need be on it: an ordinary user may not listen there."""
    with pytest.raises(UserError, match=f"Port {port} is kept for the system") as error:
        ports.choose(port, 8888)
    assert error.value.todo == "Name one from 1024 to 65535, or leave --port out."


def test_taken_last_port_has_a_neighbour_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is proposed is a port."""
    monkeypatch.setattr(ports, "is_free", lambda _: False)
    with pytest.raises(UserError) as error:
        ports.choose(65535, 8888)
    assert "--port 65534" in error.value.todo


def test_stop_ends_the_start_in_another_terminal(tmp_path: Path) -> None:
    """Both say so, and nothing is left to be found."""
    toy = copied(tmp_path / "toy")
    with begin(toy.environment(database=True)) as process:
        said_until(process, "Ctrl-C")
        done = toy.workbook("stop")
        rest, _ = process.communicate(timeout=60)
    assert (done.stdout[:40], rest, jupyterlab.running(toy.root)) == (
        "Stopped JupyterLab at http://127.0.0.1:8"[:40],
        "JupyterLab was stopped.\n",
        None,
    ), done.text


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the browser was asked to open."""
    pages: list[str] = []
    monkeypatch.setattr(webbrowser, "open", pages.append)
    monkeypatch.setenv("DISPLAY", ":0")
    for name in browser.REMOTE:
        monkeypatch.delenv(name, raising=False)
    return pages


def test_browser_gets_no_token_as_an_argument(opened: list[str], tmp_path: Path) -> None:
    """It opens a file, for our eyes alone, that leads to the address."""
    browser.show("http://127.0.0.1:1/?token=secret", tmp_path)
    page = tmp_path / "open.html"
    assert (opened, "token=secret" in page.read_text(encoding="utf-8")) == ([page.as_uri()], True)


def test_browser_of_a_remote_editor_gets_the_address(
    opened: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could not read a file of this machine."""
    monkeypatch.setenv("CODESPACES", "true")
    browser.show("http://127.0.0.1:1/", tmp_path)
    assert opened == ["http://127.0.0.1:1/"]


def test_command_is_named_as_the_person_calls_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where `workbook` is not on PATH, sentences name the long form."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert invocation.call("stop").endswith(" -m workbook stop")


@pytest.mark.parametrize(
    ("here", "named"),
    [
        pytest.param(CHECKOUT, "-m workbook stop", id="checkout"),
        pytest.param(CHECKOUT / "chapters", os.path.join("..", "workbook") + " stop", id="below"),  # noqa: PTH118
        pytest.param(CHECKOUT.parent, str(CHECKOUT / "workbook") + " stop", id="elsewhere"),
    ],
)
def test_command_is_named_as_it_works_in_this_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, here: Path, named: str
) -> None:
    """From a folder below, `-m workbook` finds nothing; the path of the command works everywhere."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", [str(CHECKOUT / "workbook" / "__main__.py")])
    monkeypatch.chdir(here)
    assert invocation.call("stop").partition(" ")[2] == named


# A stand-in for JupyterLab: only its end matters here.
STAY = """
import signal, subprocess, sys
from workbook.serving import jupyterlab

child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a script's background jobs start without one

class Lab:
    def shut_down(self):
        child.terminate()

class Process:
    def wait(self, seconds=None):
        print("waiting", flush=True)
        return child.wait(seconds)

print(jupyterlab.stay(Lab(), Process()), child.poll())
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals between processes")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"], ids=str.lower)
def test_start_ends_jupyterlab_with_itself(name: str) -> None:
    """Ctrl-C, a kill and a closed terminal each end it."""
    with subprocess.Popen([sys.executable, "-c", STAY], stdout=subprocess.PIPE, encoding="utf-8") as process:
        said_until(process, "waiting")
        process.send_signal(getattr(signal, name))
        rest, _ = process.communicate(timeout=60)
    assert rest.splitlines()[-1] == f"True {-signal.SIGTERM}"
