"""Each command in surroundings that nobody wishes for: it works as ever, or says in two sentences why it cannot."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pytest
import typer
from surroundings import CHECKOUT
from toys import Done, Toy, copied

from workbook import cli
from workbook.learner import desk
from workbook.serving import jupyterlab
from workbook.system import ports

# What a command is given; one that is new and not named here is tried without arguments.
ARGUMENTS = {
    "open": ["02"],
    "check": ["01"],
    "solution": ["01", "--give-up"],
    "changes": ["02"],
    "reset": ["01", "--yes"],
    "restore": ["01"],
    "watch": ["01"],
    "run": ["01", "--", sys.executable, "-c", "pass"],
    "test": ["--collect-only", "-q", "-p", "no:randomly", "tests/test_toys.py"],
    "start": ["--no-browser", "--port", "{port}"],
    "serve": ["01", "--port", "{port}"],
    "db psql": ["02", "--command", "select 1"],
    "db reset": ["--yes"],
    "dev carry": ["01"],
    "dev new": ["more", "--after", "02"],
    "dev move": ["02", "--after", "01"],
    "dev remove": ["02"],
    "dev finish": ["01"],
    "dev try": ["01", "answer.diff"],
    "dev notebooks": ["01", "--check"],
    "dev mutants": ["01"],
}
CODES = {
    "check": 1,
    "watch": 1,
    "dev carry": 1,
    "dev coverage": 1,
    "dev readme": 1,
    "dev mutants": 1,
    "dev finish": 1,
    "dev try": 1,
}  # of the toy course; else 0
STAY = {"start", "serve"}  # until they are interrupted
FOR_OTHERS = {"run", "db psql"}  # what they say is another program's
SLOW = {"check", "test", "start", "serve", "doctor", "dev mutants", "dev notebooks", "dev finish"}
INCOMPLETE = ("Traceback", "Exception ignored", "has a defect", "ResourceWarning")


def commands() -> Iterator[str]:
    """Every command there is, as it is typed; "" for the bare one."""

    def below(group: Any, name: str) -> Iterator[str]:
        for one, command in group.commands.items():
            whole = f"{name} {one}".strip()
            yield from below(command, whole) if hasattr(command, "commands") else [whole]

    yield ""
    yield from below(typer.main.get_command(cli.app), "")


@dataclass(frozen=True)
class Around:
    """What is odd around a command; `refuses` says the beginning of what it may say instead of doing its work."""

    env: dict[str, str] = field(default_factory=dict)
    unset: tuple[str, ...] = ()
    closed: tuple[int, ...] = ()
    output: str = ""  # a file in place of standard output, or "gone" for a pipe that nobody reads
    umask: int = 0o022
    cwd: str = "checkout"  # or "below" it, or "gone"
    folder: str = "toy"  # of the course, in one of the test's own
    files: bool = True  # whether files may grow
    refuses: str = ""
    slow: bool = False  # whether slow commands are tried as well


FOREIGN = "{foreign}"  # a folder with modules that nobody may import
ODD = {
    "variables": Around(
        env={
            "PYTHONPATH": FOREIGN,
            "PYTHONOPTIMIZE": "2",
            "PYTHONWARNINGS": "error",
            "PYTHONSTARTUP": f"{FOREIGN}/json.py",
            "PYTHONINSPECT": "1",
            "PYTHONDEVMODE": "1",
            "PYTHONUSERBASE": FOREIGN,
            "PYTHONNOUSERSITE": "",
            "COLUMNS": "0",
            "LINES": "wide",
            "TERM": "dumb",
        },
        unset=("HOME",),
        slow=True,
    ),
    "plain-ascii": Around(
        env={"LC_ALL": "POSIX", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "COLUMNS": "1"},
        unset=("PYTHONIOENCODING",),
        umask=0o077,
        cwd="below",
    ),
    "strange-path": Around(
        env={"COLUMNS": "20", "PYTHONIOENCODING": "ascii"},
        umask=0,
        cwd="gone",
        folder="a [b] 'c' {d} $e & ä ß ✓ %41 %s;#?/[red]x[/red] :smile:/" + "l" * 120 + "/-rf",
        slow=True,
    ),
    "input-and-output-closed": Around(closed=(0, 1), slow=True),
    "errors-closed": Around(closed=(2,)),
    "all-closed": Around(closed=(0, 1, 2)),
    "output-full": Around(output="/dev/full", refuses="Not all that the command says could be written: "),
    "output-not-read": Around(output="gone"),
    "files-cannot-grow": Around(files=False, refuses="The disk is full"),
}


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """A toy course in which a learner has a copy with a file of their own, and another set aside."""
    toy = copied(tmp_path_factory.mktemp("learned") / "toy")
    chapter = toy.course.find("01")
    desk.open_copy(chapter)
    toy.write("desk/01_hello/shelf/mine.py", "# of the first round\n")  # an untouched copy is not set aside
    desk.reset(chapter)
    toy.write("desk/01_hello/shelf/mine.py", "# mine\n")
    return toy


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Modules of the names that we import, of another project."""
    folder = tmp_path_factory.mktemp("foreign")
    for name in ("fastapi", "json", "jupyterlab", "psutil", "pytest", "rich", "sqlalchemy", "tomllib", "typer"):
        (folder / f"{name}.py").write_text("raise SystemExit('a foreign module was imported')\n", encoding="utf-8")
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="its shells can do none of this")
@pytest.mark.parametrize("around", ODD)
@pytest.mark.parametrize("command", [*commands()], ids=lambda one: one.replace(" ", "-") or "bare")
def test_command_works_or_says_why_not(command: str, around: str, learned: Toy, foreign: Path, tmp_path: Path) -> None:
    """Its exit code is the usual one, or 1 and the two sentences; nothing that the learner has is lost."""
    odd = ODD[around]
    if command in SLOW and not odd.slow:
        pytest.skip("a slow command, which other surroundings try")

    done = ran(tmp_path / odd.folder, command, odd, learned, foreign)

    expected = CODES.get(command, 0)
    assert [word for word in INCOMPLETE if word in done.text] == []
    if command in STAY and done.code == 130:
        expected = 130  # it was interrupted before it had said that it is ready
    if command in FOR_OTHERS and odd.output:
        assert 0 <= done.code < 128 + signal.NSIG
    elif done.code != expected:
        assert (done.code, bool(odd.refuses)) == (1, True), done.text
        what, todo = done.stderr.splitlines()[-2:]
        assert what.startswith(f"✗ {odd.refuses}"), done.text
        assert todo.startswith("  ")
    assert Counter(texts(learned.root)) - Counter(texts(tmp_path / odd.folder)) == Counter()
    assert list((tmp_path / odd.folder / "desk").glob(".opening-*")) == []


def texts(root: Path) -> list[bytes]:
    """All that the learner has, wherever it lies."""
    state = {"progress.json"}
    return [file.read_bytes() for file in (root / "desk").rglob("*") if file.is_file() and file.name not in state]


def ran(root: Path, command: str, around: Around, learned: Toy, foreign: Path) -> Done:
    """Run the command on a copy of the course at `root`, and interrupt it when it is ready, if it stays."""
    root.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(learned.root, root)
    port = ports.choose(None, 20_000 + os.getpid() % 1000 * 10)
    arguments = [*command.split(), *(one.format(port=port) for one in ARGUMENTS.get(command, []))]
    env = Toy(root).environment(database=True)
    env |= {name: value.replace(FOREIGN, str(foreign)) for name, value in around.env.items()}
    for name in around.unset:
        env.pop(name, None)
    ready = {"serve": lambda: not ports.is_free(port), "start": lambda: jupyterlab.running(root) is not None}
    return finished([sys.executable, "-m", "workbook", *arguments], env, around, root, ready.get(command))


def finished(
    command: Sequence[str], env: dict[str, str], around: Around, root: Path, ready: Callable[[], bool] | None
) -> Done:
    """What a process came to that is started by an odd shell."""
    said: dict[str, bytes] = {"stdout": b"", "stderr": b""}
    cwd = {"checkout": CHECKOUT, "below": CHECKOUT / "workbook" / "runner"}.get(around.cwd, root.parent / "gone")
    cwd.mkdir(exist_ok=True)

    def begin() -> None:
        os.umask(around.umask)
        for number in around.closed:
            os.close(number)
        if not around.files:
            import resource

            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        if around.cwd == "gone":
            cwd.rmdir()

    def listen(name: str, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                said[name] += line

    output: int | IO[bytes] = subprocess.PIPE
    if around.output == "gone":
        nobody, output = os.pipe()
        os.close(nobody)
    elif around.output:
        output = os.open(around.output, os.O_WRONLY)
    process = subprocess.Popen(
        command, cwd=cwd, env=env, preexec_fn=begin, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE
    )
    if output != subprocess.PIPE:
        os.close(output)
    pipes = [(name, getattr(process, name)) for name in said if getattr(process, name)]
    listeners = [threading.Thread(target=listen, args=pipe) for pipe in pipes]
    for one in listeners:
        one.start()
    enough = threading.Timer(90, process.kill)
    enough.start()
    if ready:
        while process.poll() is None and not ready():
            time.sleep(0.05)
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
    code = process.wait()
    for one in listeners:
        one.join()
    enough.cancel()
    return Done(code, said["stdout"].decode(errors="replace"), said["stderr"].decode(errors="replace"))
