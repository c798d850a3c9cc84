"""`serve` and `run`: a chapter's app and commands beside it, with the right copy and the right database."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from toys import CHECKOUT, Done, Toy, copied
from typer.testing import CliRunner

from workbook.cli import app
from workbook.postgres import databases
from workbook.setup import exec
from workbook.system.errors import UserError

pytestmark = pytest.mark.xdist_group("serve")


def screenshots() -> ModuleType:
    """The script of the documentation, which knows how to drive a browser."""
    spec = importlib.util.spec_from_file_location("screenshots", CHECKOUT / "docs" / "screenshots.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    """A toy course with a copy of chapter 01 on the desk, where its greeting is the learner's own."""
    made = copied(tmp_path_factory.mktemp("serve") / "a course")
    assert made.workbook("open", "01").code == 0
    return made


@pytest.fixture(scope="module")
def served(course: Toy) -> Iterator[str]:
    """The address of the learner's copy of chapter 01, served."""
    with serving(course, "01") as (address, _):
        yield address


@contextmanager
def serving(course: Toy, chapter: str) -> Iterator[tuple[str, Iterator[str]]]:
    """`workbook serve` until it is ready; yields the address that it printed, and the lines that follow."""
    command = [sys.executable, "-m", "workbook", "serve", chapter]
    with subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=course.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        enough = threading.Timer(60, process.terminate)  # uvicorn ends its own child
        enough.start()
        lines = iter(process.stdout or ())
        try:
            yield re.findall(r"(http://\S+)/docs", "".join(until(lines, "startup complete")))[0], lines
        finally:
            enough.cancel()
            process.terminate()


def until(lines: Iterator[str], end: str) -> list[str]:
    """The lines up to the one that holds `end`."""
    found = []
    for line in lines:
        found.append(line)
        if end in line:
            return found
    raise AssertionError(f"The server ended before it said {end!r}: {''.join(found)}")


def get(address: str) -> str:
    """What stands there; a server that said it is ready may need a moment more before it listens."""
    end = time.monotonic() + 30
    while True:
        try:
            with urlopen(address, timeout=20) as answer:
                return str(answer.read().decode())
        except HTTPError:
            raise
        except URLError:
            assert time.monotonic() < end
            time.sleep(0.05)


@pytest.mark.parametrize("page", ["docs", "redoc"])
def test_documentation_names_only_local_assets(served: str, page: str) -> None:
    """Nothing on the page comes from another machine, and all that it names is there."""
    text = get(f"{served}/{page}")
    named = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert named
    assert {path[:7] for path in named} == {"/_docs/"}
    assert all(get(served + path) for path in named if not path.endswith(".png"))


def test_documentation_is_not_part_of_the_app(served: str) -> None:
    """The learner's app describes what the learner wrote, and no more."""
    assert "_docs" not in get(f"{served}/openapi.json")


def test_served_app_answers(served: str) -> None:
    """All that is no documentation reaches the app."""
    assert json.loads(get(f"{served}/hello"))


@pytest.mark.skipif(screenshots().browser() is None, reason="needs Chromium or Chrome on PATH")
def test_documentation_is_shown_without_a_network(served: str) -> None:
    """A real browser that may reach this machine alone shows the operations of the app."""
    assert 'data-path="/hello"' in screenshots().browse(f"{served}/docs", "--dump-dom")


def test_save_is_served(course: Toy) -> None:
    """A save in the learner's copy reloads the app: the new title is there without a new command."""
    with serving(course, "01") as (address, lines):
        with (course.root / "desk/01_hello/shelf/main.py").open("a", encoding="utf-8") as app:
            app.write('app.title = "Saved"\n')
        until(lines, "startup complete")
        assert '"title":"Saved"' in get(f"{address}/openapi.json")


def test_save_that_cannot_be_loaded_is_said_in_a_line(course: Toy) -> None:
    """Where and what, to the learner and to every client; the next save cures it."""
    main = course.root / "desk/01_hello/shelf/main.py"
    whole = main.read_text(encoding="utf-8")
    lines_of_code = whole.count("\n") + 1
    with serving(course, "01") as (address, lines):
        main.write_text(f"{whole}def (:\n", encoding="utf-8")
        said = until(lines, "startup complete")
        with pytest.raises(HTTPError) as refused:
            get(f"{address}/hello")
        main.write_text(f"{whole}app.title = undefined\n", encoding="utf-8")
        said += until(lines, "startup complete")
        main.write_text(whole, encoding="utf-8")
        until(lines, "startup complete")
        assert json.loads(get(f"{address}/hello"))

    place = f"shelf/main.py, line {lines_of_code}: "
    assert "".join(said).count("Traceback") == 0
    assert [line.strip() for line in said if line.startswith("✗")] == [
        f"✗ {place}this is not valid Python (invalid syntax).",
        f"✗ {place}NameError(\"name 'undefined' is not defined\").",
    ]
    assert (refused.value.code, f"The app could not be loaded: {place}" in refused.value.read().decode()) == (503, True)


OWN = "This is the chapter's own app; `.*workbook open 02` gives you one to edit."


def test_serving_the_chapters_own_app_is_said(course: Toy) -> None:
    """Nobody is invited to edit what is the workbook's; who has a copy reads that a save reloads it."""
    own, mine = served_lines(course, "02"), served_lines(course, "01")
    assert (bool(re.search(OWN, own)), "A save reloads it" in own) == (True, False), own
    assert ("the chapter's own" in mine, "A save reloads it" in mine) == (False, True), mine


def served_lines(course: Toy, chapter: str) -> str:
    """What `workbook serve` says before the server takes over."""
    url = databases.url()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBOOK_ROOT", str(course.root))
        patch.setenv("DATABASE_URL", url)
        patch.setattr(exec, "hand_over", lambda *_, **__: None)
        return CliRunner().invoke(app, ["serve", chapter]).output


def test_running_beside_the_chapters_own_app_is_said(course: Toy) -> None:
    """Beside what the command prints, not in it."""
    own, mine = (python(course, one, "--", "python", "-c", "", database=True) for one in ("02", "01"))
    assert (own.stdout, bool(re.search(OWN, own.stderr)), mine.stderr) == ("", True, "")


def python(course: Toy, *arguments: str, database: bool = False) -> Done:
    return course.workbook("run", *arguments, database=database)


def test_run_works_in_the_learners_copy(course: Toy) -> None:
    """Where there is a copy on the desk, it is the one that is meant."""
    done = python(course, "01", "--", "python", "-c", "import pathlib; print(pathlib.Path.cwd())")
    assert Path(done.stdout.strip()) == course.root / "desk" / "01_hello", done.text


def test_run_without_a_chapter_goes_where_the_learner_is(course: Toy) -> None:
    """The chapter last worked on is the one that is meant."""
    done = python(course, "--", "python", "-c", "import pathlib; print(pathlib.Path.cwd().name)")
    assert done.stdout.strip() == "01_hello", done.text


def test_run_works_in_the_stage_without_a_copy(course: Toy) -> None:
    """A chapter that is not on the desk is used as the workbook has it, with a database of its own."""
    code = "import os, pathlib; print(pathlib.Path.cwd()); print(os.environ['DATABASE_URL'])"
    folder, url = python(course, "02", "--", "python", "-c", code, database=True).stdout.splitlines()
    assert (Path(folder), "stage_02_store" in url) == (course.root / "chapters" / "02_store", True)


def test_run_passes_options_and_the_exit_code_on(course: Toy) -> None:
    """What looks like an option of ours is the command's; its exit code is what the shell sees."""
    done = python(course, "01", "--", "python", "-c", "import sys; print(sys.argv[1:]); sys.exit(6)", "--port", "-x")
    assert (done.code, done.stdout) == (6, "['--port', '-x']\n"), done.text


def test_run_shuffles_unless_the_chapter_has_switched_it_off(course: Toy) -> None:
    """As pytest does where every plugin is loaded; the chapter's own switch counts."""
    here = course.root / "desk" / "01_hello" / "pyproject.toml"
    text = here.read_text(encoding="utf-8")
    here.write_text(text.replace('"no:randomly"', '"no:none"'), encoding="utf-8")
    on = course.workbook("run", "01", "--", "pytest").stdout
    here.write_text(text, encoding="utf-8")
    off = course.workbook("run", "01", "--", "pytest").stdout

    assert ["--randomly-seed" in said for said in (on, off)] == [True, False]


def test_run_finds_the_programs_of_the_environment(course: Toy) -> None:
    """`pytest` is the one of .venv, activated or not."""
    assert " passed in " in python(course, "01", "--", "pytest", "-q").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("01",), "Run what?", id="nothing"),
        pytest.param(("01", "--", "pytset"), "There is no program 'pytset'", id="unknown-program"),
        pytest.param(("99", "--", "pytest"), "There is no chapter '99'", id="unknown-chapter"),
    ],
)
def test_run_that_cannot_be_is_explained(course: Toy, arguments: tuple[str, ...], said: str) -> None:
    """A sentence and exit code 1."""
    done = python(course, *arguments)
    assert (done.code, said in done.stderr) == (1, True), done.text


def test_chapter_without_an_app_is_not_served(toy: Toy) -> None:
    """The sentence names the file that is missing."""
    from workbook.serving.workplace import Workplace

    (toy.root / "chapters/01_hello/shelf/main.py").unlink()
    with pytest.raises(UserError, match="has no app to serve"):
        Workplace(toy.course.find("01")).server(8000)
