"""What runs on other machines is what the README says: `.ci/run`, the workflows, the dev container."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from checkouts import Checkout

from workbook.setup import environment, install_errors

ROOT = Path(__file__).parents[1]
SKIP_SHELL = pytest.mark.skipif(os.name == "nt", reason="build machines with bash run it")


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def workflow(name: str) -> dict[str, Any]:
    """A workflow as GitHub reads it (`on` is no boolean there)."""
    return dict(yaml.load(read(f".github/workflows/{name}.yml").replace("\non:", "\n'on':"), yaml.SafeLoader))


def readme(command: str) -> str:
    """How the README calls a command, without its comment."""
    (found,) = {
        line.partition("#")[0].strip() for line in re.findall(rf"^python3 .* {command}\b.*", read("README.md"), re.M)
    }
    return str(found)


def runs(job: dict[str, Any]) -> list[str]:
    """The shell commands of a job."""
    return [step["run"].strip() for step in job["steps"] if "run" in step]


CI, WEEKLY = workflow("ci"), workflow("weekly")
JOBS = {"readme": CI["jobs"]["readme"], "own-server": CI["jobs"]["own-server"], "newest": WEEKLY["jobs"]["newest"]}
each_job = pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)


@each_job
def test_every_job_runs_the_test_command_of_the_readme(job: dict[str, Any]) -> None:
    """Word for word, as a learner types it."""
    assert readme("test") in runs(job)


@each_job
def test_every_job_tests_the_command_too(job: dict[str, Any]) -> None:
    """The rest of tests/, which the README's command leaves out."""
    assert f"{readme('test')} tests --ignore=tests/course" in runs(job)


def test_readme_job_runs_the_start_command_of_the_readme() -> None:
    """With --no-browser, and through the script that looks whether JupyterLab is really there."""
    (start,) = [run for run in runs(JOBS["readme"]) if " start" in run]
    assert start == f"python3 .ci/smoke.py {readme('start')} --no-browser"


def test_readme_job_covers_three_systems_on_oldest_and_newest_python() -> None:
    """The oldest is what pyproject.toml asks for, the newest what the sentences promise."""
    matrix = JOBS["readme"]["strategy"]["matrix"]
    oldest = tomllib.loads(read("pyproject.toml"))["project"]["requires-python"].removeprefix(">=")
    assert (matrix["system"], matrix["python"]) == (
        ["ubuntu-latest", "macos-latest", "windows-latest"],
        [oldest, install_errors.NEWEST],
    )


def test_oldest_python_is_the_same_everywhere() -> None:
    """pyproject.toml, the check of an existing .venv, and the sentence for an old Python agree."""
    oldest = ".".join(map(str, environment.OLDEST))
    assert tomllib.loads(read("pyproject.toml"))["project"]["requires-python"] == f">={oldest}"
    assert f"needs Python {oldest} or newer" in read("workbook/__main__.py")
    assert f"sys.version_info < {environment.OLDEST}" in read("workbook/__main__.py")


def test_external_server_is_the_oldest_and_the_newest_major() -> None:
    """The newest is the one that docker-compose.yml and the embedded PostgreSQL are."""
    compose = yaml.safe_load(read("docker-compose.yml"))["services"]["postgres"]["image"].partition(":")[2]
    assert JOBS["own-server"]["strategy"]["matrix"]["postgres"] == ["15", compose]


def test_external_server_is_the_one_that_the_job_names() -> None:
    """The credentials and the port of the service are those in DATABASE_URL."""
    service = JOBS["own-server"]["services"]["postgres"]
    user, password, database = (service["env"][f"POSTGRES_{name}"] for name in ("USER", "PASSWORD", "DB"))
    port = service["ports"][0].partition(":")[0]
    url = f"postgresql+psycopg2://{user}:{password}@127.0.0.1:{port}/{database}"
    assert (JOBS["own-server"]["env"]["DATABASE_URL"], "pg_isready" in service["options"]) == (url, True)


@SKIP_SHELL
def test_weekly_run_takes_the_pins_away(tmp_path: Path) -> None:
    """What it installs comes from requirements.in without a version in it."""
    (script,) = [run for run in runs(JOBS["newest"]) if "uv pip compile" in run]
    unpin, compile_, *_ = script.splitlines()
    (tmp_path / "requirements.in").write_text(read("requirements.in"), encoding="utf-8")
    subprocess.run(["bash", "-c", unpin], cwd=tmp_path, check=True)
    left = (tmp_path / "newest.in").read_text(encoding="utf-8")
    assert ("==" in left, "sqlalchemy[asyncio]\n" in left, "--upgrade" in compile_) == (False, True, True)


def test_weekly_run_comes_by_itself() -> None:
    """Once a week, and when somebody asks for it."""
    (when,) = WEEKLY["on"]["schedule"]
    assert (len(when["cron"].split()), when["cron"].split()[-1], "workflow_dispatch" in WEEKLY["on"]) == (5, "1", True)


def test_weekly_run_tries_all_that_a_push_leaves_out() -> None:
    """What takes long is named, and is there: every surrounding, all mutants, Windows' own Python under wine."""
    asked = [run for job in WEEKLY["jobs"].values() for run in runs(job)]
    script = re.search(r"python3 (\S+run\.py)", "\n".join(asked))
    assert WEEKLY["jobs"]["newest"]["env"] == {"COURSE": "full"}
    assert (WEEKLY["jobs"]["hostile"]["env"], "python3 -m workbook dev mutants --all" in asked) == (
        {"HOSTILE": "full"},
        True,
    )
    assert script
    assert (ROOT / script[1]).is_file()
    assert (ROOT / "tests/hostile").is_dir()


@pytest.mark.parametrize("name", [*CI["jobs"], *WEEKLY["jobs"]])
def test_actions_are_named_with_a_version(name: str) -> None:
    """What runs there does not change under our feet."""
    job = (CI["jobs"] | WEEKLY["jobs"])[name]
    assert [step["uses"] for step in job["steps"] if not re.fullmatch(r"[\w./-]+@v\d+", step.get("uses", "x@v1"))] == []


def test_dev_container_reaps_processes() -> None:
    """Without an init process, a killed PostgreSQL stays a zombie and blocks its successor."""
    assert json.loads(read(".devcontainer/devcontainer.json"))["init"] is True


def test_ci_script_calls_the_test_command_of_the_readme() -> None:
    """And then the tests of the command itself; nothing else could pass or fail."""
    called = [line for line in read(".ci/run").splitlines() if line.startswith("python3 ")]
    assert called == [readme("test"), f"{readme('test')} tests --ignore=tests/course"]


@SKIP_SHELL
@pytest.mark.parametrize("home", [None, "", "empty"], ids=["no-home", "blank-home", "empty-home"])
def test_ci_script_works_whatever_home_is(tmp_path: Path, home: str | None) -> None:
    """A build machine may have no home folder at all."""
    done = ci(tmp_path, home=home)
    assert (done.returncode, '"args": ["test"]' in done.stdout) == (0, True), done.stderr


@SKIP_SHELL
def test_ci_script_fails_as_the_tests_fail(tmp_path: Path) -> None:
    """Its exit code is that of the test command; to stop the server changes nothing of it."""
    assert ci(tmp_path, fails=True).returncode == 3


@SKIP_SHELL
def test_ci_script_stops_the_server(tmp_path: Path) -> None:
    """Whatever the tests came to, no server is left behind."""
    ci(tmp_path, fails=True)
    assert (tmp_path / "stopped").exists()


def ci(folder: Path, home: str | None = None, *, fails: bool = False) -> subprocess.CompletedProcess[str]:
    """Run `.ci/run` in a bare checkout whose command ends with 3 when it `fails`."""
    checkout = Checkout.make(folder)
    checkout.use_installer()
    (checkout.path / "python3").symlink_to(sys.executable)
    script = checkout.root / ".ci" / "run"
    script.parent.mkdir()
    script.write_text(read(".ci/run"), encoding="utf-8")
    script.chmod(0o755)
    if fails:
        (checkout.root / "workbook" / "cli.py").write_text("def main():\n    raise SystemExit(3)\n", encoding="utf-8")
    server = f"import pathlib\ndef stop(): pathlib.Path({str(folder / 'stopped')!r}).touch()\n"
    (checkout.root / "workbook" / "postgres").mkdir()
    (checkout.root / "workbook" / "postgres" / "server.py").write_text(server, encoding="utf-8")
    env = checkout.env | {"PATH": f"{checkout.path}{os.pathsep}{os.defpath}"}
    del env["HOME"]
    if home is not None:
        env["HOME"] = home and str(folder)
    return subprocess.run([script], env=env, capture_output=True, encoding="utf-8", timeout=120, check=False)


def test_smoke_fails_without_an_address() -> None:
    """A start that ends at once is not taken for one that works."""
    script = [sys.executable, str(ROOT / ".ci" / "smoke.py"), sys.executable, "-c", "print('Nothing')", "start"]
    done = subprocess.run(script, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (done.returncode, "printed no address" in done.stderr) == (1, True)


def test_smoke_shows_what_it_can_on_a_narrow_console() -> None:
    """What the command prints may hold a mark that the build machine's console lacks."""
    says = "import sys; sys.stdout.buffer.write('✓ http://127.0.0.1:1/nothing'.encode())"
    script = [sys.executable, str(ROOT / ".ci" / "smoke.py"), sys.executable, "-c", says, "start"]
    narrow = os.environ | {"PYTHONIOENCODING": "cp437"}
    done = subprocess.run(script, env=narrow, capture_output=True, encoding="cp437", timeout=60, check=False)
    assert ("http://127.0.0.1:1/nothing" in done.stdout, "printed no address" in done.stderr) == (True, True)
