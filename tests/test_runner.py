"""The runner is honest: each folder in `corpus/` is a mistake, with the result and the sentence that it must get."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
import pytest
from corpora import CORPUS, TOYS, cases, declared
from toys import CHECKOUT

from workbook.chapters.workspace import workspace
from workbook.report.explanation import explain
from workbook.runner import Run, Runner, engine
from workbook.runner.causes import NameTaken
from workbook.runner.classify import Facts, judge
from workbook.runner.forks import CAN_FORK
from workbook.system import session

NOWHERE = "postgresql+psycopg2://workbook:secret@127.0.0.1:9/nothing"


@contextmanager
def database_url(kind: str) -> Iterator[str]:
    if kind == "postgresql":
        from workbook.postgres import databases  # late: most cases need none

        with databases.fresh("corpus") as url:
            yield url
    else:
        yield NOWHERE


def run_case(name: str, runner: Runner) -> tuple[Run, dict[str, Any]]:
    """Run the toy chapter with the files of the case laid over it."""
    case = declared(name)
    chapter = TOYS.find(case.get("chapter", "01_hello"))
    with workspace(chapter, CORPUS / name) as folder, database_url(case.get("database", "")) as url:
        targets, options = case.get("targets", ["tests"]), case.get("options", [])
        run = runner.run(folder, targets, database_url=url, timeout=case.get("timeout", 20), options=options)
    return run, case


def said(run: Run) -> str:
    """What broke it, in a sentence; "" where nothing did."""
    return explain(run)[0] if run.cause else ""


@pytest.mark.parametrize("name", cases(desk=False))
def test_runner_judges_case(name: str, runner: Runner) -> None:
    """A mistake gets the status, the reason and the sentence that its case declares."""
    run, case = run_case(name, runner)

    told = {"status": run.status, "reason": run.reason, "says": said(run)}
    assert told == {"status": case["status"], "reason": case.get("reason"), "says": case.get("says", "")}
    if "todo" in case:
        assert explain(run)[1] == case["todo"]
    if "failed" in case:
        facts = [{key: asdict(one)[key] for key in case["failed"]} for one in run.failed]
        assert facts == [case["failed"]]


@pytest.fixture(scope="module")
def starting() -> Iterator[Runner]:
    """A runner as it is where the system cannot fork."""
    with Runner(fork=False) as runner:
        yield runner


@pytest.mark.parametrize(
    "name", ["healthy", "healthy_in_parallel", "infinite_loop", "killed", "os_exit", "syntax_error"]
)
def test_runner_judges_case_without_forks(name: str, starting: Runner) -> None:
    """Whether a standby was forked or started makes no difference to what is said."""
    run, case = run_case(name, starting)

    assert (run.status, run.reason, said(run)) == (case["status"], case.get("reason"), case.get("says", ""))


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8", newline="\n")
    return folder


@pytest.mark.parametrize(("seconds", "reason"), [(3.0, "exit"), (18.5, "timeout")])
def test_judge_takes_a_crash_at_the_end_of_the_time_for_the_timeout(
    tmp_path: Path, seconds: float, reason: str
) -> None:
    """To write down where a busy process is may crash it; what the learner has to mend is the endless loop."""
    started = {"kind": "start", "nodeid": "tests/test_it.py::test_it"}
    facts = Facts(
        folder=tmp_path,
        targets=("tests",),
        database_url=NOWHERE,
        timeout=20,
        ending="gone",
        exit_code=-11,
        nonce="",
        records=[started],
        log="",
        stacks="",
        seconds=seconds,
    )

    assert judge(facts).reason == reason


def test_runner_names_the_command_as_the_person_calls_it(
    tmp_path: Path, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where `workbook` is not on PATH, the next step is the long form."""
    monkeypatch.setenv("PATH", str(tmp_path))

    assert " -m workbook reset` sets" in explain(runner.run(tmp_path, ["test_gone.py"], database_url=NOWHERE))[1]


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("tenacity.py", True),
        ("alembic/__init__.py", True),
        ("email.py", True),
        ("app/types.py", True),
        ("alembic/env.py", False),
        ("app/fastapi.py", False),
        ("venv/types.py", False),
        ("items.py", False),
    ],
)
def test_runner_finds_a_name_that_is_taken(tmp_path: Path, runner: Runner, name: str, taken: bool) -> None:
    """At the top that of any installed package, anywhere that of a module of Python's own."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    write(tmp_path, test_it="def test_it():\n    pass\n")
    (tmp_path / name).touch()

    run = runner.run(tmp_path, ["test_it.py"], database_url=NOWHERE)

    assert (run.status, isinstance(run.cause, NameTaken)) == (("broken", True) if taken else ("green", False))


@pytest.mark.parametrize("options", [(), ("-p", "xdist", "-n", "1")], ids=["alone", "with-xdist"])
def test_runner_names_no_fixture_of_pytest(tmp_path: Path, runner: Runner, options: tuple[str, ...]) -> None:
    """Where nobody made a fixture, none is offered; the line that asks for one is shown."""
    decorated = "@pytest.mark.filterwarnings('error')\n"
    folder = write(tmp_path, test_it=f"import pytest\n\n{decorated}def test_it(session):\n    pass\n")

    run = runner.run(folder, ["test_it.py"], database_url=NOWHERE, options=options)

    assert explain(run) == (
        "There is no fixture 'session' here. There are none.",
        "Define it in the test file or in a conftest.py, with `@pytest.fixture` above it.",
    )
    assert (run.file, run.line, run.source) == ("test_it.py", 4, "def test_it(session):")


def test_runner_bounds_what_a_test_printed(tmp_path: Path, runner: Runner) -> None:
    """10 MB of output become a few thousand characters."""
    folder = write(tmp_path, test_loud="def test_loud():\n    print('x' * 10_000_000)\n    assert False\n")

    (outcome,) = runner.run(folder, ["test_loud.py"], database_url=NOWHERE).outcomes

    assert 1_000 < len(outcome.output) < 10_000


def test_runner_sees_an_edit_of_the_same_size(tmp_path: Path, runner: Runner) -> None:
    """The second of two edits within a second, of the same size, is what runs."""
    write(tmp_path, app="ANSWER = 1\n", test_app="from app import ANSWER\n\ndef test_it():\n    assert ANSWER == 2\n")
    first = runner.run(tmp_path, ["test_app.py"], database_url=NOWHERE)
    write(tmp_path, app="ANSWER = 2\n")

    second = runner.run(tmp_path, ["test_app.py"], database_url=NOWHERE)

    assert (first.status, second.status) == ("red", "green")


def test_runner_gives_tests_the_database_and_its_bounds(tmp_path: Path, runner: Runner) -> None:
    """A test finds its database, bounds below the hard timeout, and what was put over the environment."""
    names = "('DATABASE_URL', 'PGOPTIONS', 'MORE')"
    seen = f"import os\n\ndef test_it():\n    assert 0, '|'.join(os.environ[name] for name in {names})\n"
    folder = write(tmp_path, test_env=seen)

    (outcome,) = runner.run(folder, ["test_env.py"], database_url="sqlite://", timeout=10, env={"MORE": "ä"}).outcomes

    assert outcome.message.startswith("sqlite://|-c lock_timeout=5000 -c statement_timeout=6000|ä")


def test_runner_tells_no_place_inside_a_compiled_library(tmp_path: Path, runner: Runner) -> None:
    """A compiled module bears the relative name of a file that is not there: the caller is the place."""
    compiled = "exec(compile('def fetch(): raise LookupError', 'lib/rows.py', 'exec'))"
    folder = write(tmp_path, test_it=f"{compiled}\n\ndef test_it():\n    fetch()\n")

    (outcome,) = runner.run(folder, ["test_it.py"], database_url=NOWHERE).outcomes

    assert (outcome.file, outcome.line, outcome.source) == ("test_it.py", 4, "fetch()")


@pytest.mark.parametrize("name", ["CI", "BUILD_NUMBER"])
def test_runner_tells_failures_alike_on_a_build_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What pytest sees of a build machine would make its tracebacks longer there than at home."""
    monkeypatch.setenv(name, "true")
    folder = write(tmp_path, test_long="def test_it():\n    assert [{'a': 1}] == [{'a': 2}]\n")

    with Runner(keep=1) as runner:
        (outcome,) = runner.run(folder, ["test_long.py"], database_url=NOWHERE).outcomes

    assert "Full diff" not in outcome.traceback


def test_runner_hides_the_workbook_from_tests(tmp_path: Path, runner: Runner) -> None:
    """The checkout is not on the path: a chapter cannot import `workbook` by accident."""
    folder = write(
        tmp_path,
        test_path="import importlib.util\n\ndef test_it():\n    assert not importlib.util.find_spec('workbook')\n",
    )

    assert runner.run(folder, ["test_path.py"], database_url=NOWHERE).status == "green"


def test_runner_leaves_nothing_beside_the_tests(tmp_path: Path, runner: Runner) -> None:
    """A run writes neither bytecode nor caches into the folder."""
    folder = write(tmp_path, test_clean="def test_it(tmp_path):\n    (tmp_path / 'x').write_text('x')\n")

    runner.run(folder, ["test_clean.py"], database_url=NOWHERE)

    assert [path.name for path in tmp_path.iterdir()] == ["test_clean.py"]


def test_runner_ends_what_a_test_left_running(tmp_path: Path, runner: Runner) -> None:
    """A process that a test started does not outlive the run."""
    child = (
        "import subprocess, sys\n\ndef test_it():\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3600)'])\n"
        "    assert 0, f'pid {child.pid}'\n"
    )
    folder = write(tmp_path, test_child=child)

    (outcome,) = runner.run(folder, ["test_child.py"], database_url=NOWHERE).outcomes

    assert gone(int(outcome.message.split()[1]))


def test_runner_keeps_standbys_ready_and_ends_them() -> None:
    """Two processes stand by, and none is left when the runner is closed."""
    with Runner() as runner:
        runner.warm()
        pids = runner.pids
        assert len(pids) == 2

    assert all(gone(pid) for pid in pids)


def test_runner_renews_standbys_when_the_packages_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """A standby that was made before the environment changed is never used."""
    with Runner(keep=1) as runner:
        runner.warm()
        before = runner.pids
        monkeypatch.setattr(engine, "fingerprint", lambda: "other packages")
        runner.warm()

        assert set(before).isdisjoint(runner.pids)


def test_runner_replaces_a_standby_that_died(tmp_path: Path) -> None:
    """A standby killed from outside is noticed before it is given a job."""
    folder = write(tmp_path, test_it="def test_it():\n    pass\n")
    with Runner(keep=1) as runner:
        runner.warm()
        (pid,) = runner.pids
        psutil.Process(pid).kill()
        assert gone(pid)

        assert runner.run(folder, ["test_it.py"], database_url=NOWHERE).status == "green"


@pytest.mark.skipif(not CAN_FORK, reason="There is no fork server here.")
def test_runner_replaces_a_fork_server_that_died(tmp_path: Path) -> None:
    """A fork server killed from outside, by a test for example, costs time and nothing else."""
    kills = "parent = psutil.Process().parent()\n    'workbook_standby' in str(parent.cmdline()) and parent.kill()\n"
    folder = write(tmp_path, test_it=f"import psutil\n\ndef test_it():\n    {kills}")
    with Runner(keep=1) as runner:
        runs = [runner.run(folder, ["test_it.py"], database_url=NOWHERE) for _ in range(3)]

        assert [run.status for run in runs] == ["green"] * 3


@pytest.mark.skipif(not CAN_FORK, reason="There is no fork server here.")
def test_runner_forks_a_process_for_each_run(tmp_path: Path) -> None:
    """What one run changes in its process, the next one does not find."""
    spoils = "def test_it():\n    assert not hasattr(fastapi, 'spoilt')\n    fastapi.spoilt = True\n"
    folder = write(tmp_path, test_it=f"import fastapi\n\n{spoils}")
    with Runner(keep=1) as runner:
        runs = [runner.run(folder, ["test_it.py"], database_url=NOWHERE) for _ in range(3)]

        assert [run.status for run in runs] == ["green"] * 3


@pytest.mark.parametrize("how", ["fork", "start"])
def test_standbys_of_a_killed_parent_end_and_tidy_up(tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is killed leaves neither its standbys behind nor their files; the next one takes its folder."""
    script = (
        "import sys, time; sys.path.insert(0, sys.argv[1])\nfrom workbook.runner import Runner\n"
        f"runner = Runner(fork={how == 'fork' and CAN_FORK}); runner.warm(); print(*runner.pids, flush=True)\n"
        "time.sleep(3600)\n"
    )
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(CHECKOUT)],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        cwd=tmp_path,
        env=os.environ | {"TMPDIR": str(temporary), "TEMP": str(temporary), "TMP": str(temporary)},
    )
    assert parent.stdout is not None
    with parent.stdout as said:
        pids = said.readline().split()
        assert [*temporary.iterdir()]
        parent.kill()
        parent.wait()

    assert len(pids) == 2
    assert all(gone(int(pid)) for pid in pids)
    (left,) = temporary.iterdir()
    assert within_seconds(lambda: [one.name for one in left.iterdir()] == [session.LOCK])
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    assert (session.sweep(), [*temporary.iterdir()]) == (1, [])


def within_seconds(true: Callable[[], bool]) -> bool:
    """Whether something is true, or becomes so within a few seconds."""
    for _ in range(100):
        if true():
            return True
        time.sleep(0.05)
    return False


def gone(pid: int) -> bool:
    """Whether a process ended, or does so within a few seconds."""
    return within_seconds(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
