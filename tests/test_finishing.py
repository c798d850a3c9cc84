"""An author's day, as MAINTAINING.md tells it: begun, filled, tried, finished."""

from __future__ import annotations

import re
import shlex

import pytest
import typer
from toys import Done, Toy
from typer.testing import CliRunner

from workbook import course
from workbook.authors import finishing
from workbook.chapters import difference
from workbook.commands import dev
from workbook.course import root
from workbook.runner import Runner
from workbook.system.errors import UserError

pytestmark = pytest.mark.xdist_group("execution")

COMMAND = re.compile(r"^python3 -m workbook dev ([^#\n]+)", re.MULTILINE)
CHAPTER, MAIN = "chapters/03_farewell", "shelf/main.py"

EXERCISE = '''"""Somebody leaves by name."""

from fastapi.testclient import TestClient


def test_a_person_is_told_goodbye_by_name(client: TestClient) -> None:
    """The name comes back."""
    answer = client.get("/goodbye/ada")

    assert answer.status_code == 200
    assert answer.json() == {"message": "goodbye, ada"}
'''
ROUTE = '''

@app.get("/goodbye/{name}")
def goodbye_to(name: str) -> dict[str, str]:
    """Part from somebody by name."""
    return {"message": f"goodbye, {name}"}
'''


@pytest.fixture
def gates(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the last step was asked to prove: the tests of this checkout can't run on the toy."""
    asked: list[str] = []

    def prove(_: course.Course, chapter: course.Chapter) -> bool:
        asked.append(chapter.slug)
        return True

    monkeypatch.setattr(finishing, "prove", prove)
    return asked


@pytest.fixture
def written(toy: Toy) -> Toy:
    """The toy with what a whole course has beside its chapters."""
    toy.write("README.md", "<!-- chapters -->\n<!-- /chapters -->\n")
    toy.write("pyproject.toml", (root() / "pyproject.toml").read_text(encoding="utf-8"))
    return toy


def run(toy: Toy, arguments: str) -> Done:
    app = typer.Typer()
    dev.register(app)
    app.callback()(lambda: None)
    result = CliRunner(env={"WORKBOOK_ROOT": str(toy.root)}).invoke(app, ["dev", *shlex.split(arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def documented() -> list[str]:
    """The commands of MAINTAINING's section, in order."""
    text = (root() / "MAINTAINING.md").read_text(encoding="utf-8")
    section = text.partition("## A new chapter")[2].partition("\n## ")[0]
    return [command.strip() for command in COMMAND.findall(section)]


def fill(toy: Toy) -> None:
    """Write what `dev new` left to be written, but for how the exercise is red."""
    toml = toy.read(f"{CHAPTER}/chapter.toml")
    toml = toml.replace("walk = 0, exercise = 0", "walk = 5, exercise = 5")
    toml = toml.replace('objectives = [\n    "TODO",', 'objectives = [\n    "One",\n    "Two",\n    "Three",')
    toml = toml.replace('hints = [\n    "TODO",', 'hints = [\n    "First",\n    "Second",')
    toml = toml.replace("::test_todo", "::test_a_person_is_told_goodbye_by_name")
    toy.write(f"{CHAPTER}/chapter.toml", toml.replace("TODO", "Something"))
    toy.write(f"{CHAPTER}/exercise/test_exercise.py", EXERCISE)
    toy.write("notebooks/03_farewell.ipynb", toy.read("notebooks/03_farewell.ipynb").replace("TODO", "Something."))
    toy.write(f"solutions/03_farewell/{MAIN}", toy.read(f"{CHAPTER}/{MAIN}") + ROUTE)


def test_a_chapter_is_written_as_maintaining_tells_it(written: Toy, gates: list[str]) -> None:
    """Each command of the section, in its order, on the toy."""
    toy = written
    begin, watch, first, tried, last, move, remove = documented()

    assert begin == "new farewell --after 02"
    assert "✓ 03_farewell is begun. To be done:" in run(toy, begin).stdout
    assert watch == "notebooks 03 --watch"  # goes on until it is stopped; it has tests of its own
    assert run(toy, first).code == 1

    fill(toy)
    said = run(toy, first)
    assert said.code == 1
    (proposed,) = re.findall(r"^  (red = \[\n.*\n  \])$", said.stdout, re.MULTILINE | re.DOTALL)
    assert 'failure = "assert 404 == 200"' in proposed
    declared = re.sub(r"red = \[\n.*?\n\]", lambda _: proposed, toy.read(f"{CHAPTER}/chapter.toml"), flags=re.DOTALL)
    toy.write(f"{CHAPTER}/chapter.toml", declared)

    stage = toy.read(f"{CHAPTER}/{MAIN}")
    answer = difference.of_file(MAIN, stage, stage + ROUTE.replace("goodbye, {name}", "goodbye"))
    toy.write("answer.diff", "# verdict: goodbye, ada\n" + answer)
    seen = run(toy, tried.replace("answer.diff", str(toy.root / "answer.diff")))
    assert seen.code == 0
    assert "goodbye, ada" in seen.stdout
    assert not (toy.root / "desk").exists()

    toy.write(
        f"solutions/03_farewell/{MAIN}",
        toy.read(f"solutions/03_farewell/{MAIN}").replace("def goodbye", "def  goodbye"),
    )
    assert run(toy, last).stdout.endswith("✓ 03_farewell is finished.\n")
    assert "def goodbye_to" in toy.read(f"solutions/03_farewell/{MAIN}")
    assert "(notebooks/03_farewell.ipynb)" in toy.read("README.md")
    assert gates == ["03_farewell"]

    edited = toy.read(f"{CHAPTER}/chapter.toml").replace('"store"', '"hello"')
    toy.write(f"{CHAPTER}/chapter.toml", edited)
    assert run(toy, move).stdout == "✓ The course is now: 01_hello, 02_farewell, 03_store.\n"
    assert run(toy, remove).stdout == (
        "✓ 02_farewell is out of the course. Its files are in .workbook/removed/02_farewell.\n"
    )
    assert [chapter.slug for chapter in toy.course.chapters] == ["01_hello", "02_store"]


def test_a_gate_that_does_not_hold_is_said(written: Toy, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chapter isn't finished while anything that proves it fails."""
    monkeypatch.setenv("WORKBOOK_ROOT", str(written.root))
    said: list[str] = []

    missing = finishing.finish(written.course, written.course.find("01"), runner, lambda *_: False, said.append)

    assert missing == ["the gates of 01_hello don't hold: see above."]
    assert said[-1] == "Now every gate:"


def test_what_ruff_cannot_mend_is_missing(written: Toy, runner: Runner) -> None:
    """A name that is nowhere defined is said with its place, and nothing later is done."""
    written.write("chapters/01_hello/shelf/extra.py", '"""Extra."""\n\nX = nothing\n')

    missing = finishing.finish(written.course, written.course.find("01"), runner, lambda *_: True, print)

    assert any("extra.py:3:5: F821 Undefined name `nothing`" in one for one in missing)


@pytest.mark.parametrize(
    ("header", "body", "said"),
    [
        pytest.param("", "not a patch\n", "no diff has this line here", id="no-patch"),
        pytest.param(
            "# verdict: nothing says this\n", None, "The verdict doesn't say 'nothing says this'.", id="verdict"
        ),
    ],
)
def test_an_answer_that_is_not_as_said(toy: Toy, header: str, body: str | None, said: str) -> None:
    """A patch that can't be read, and a verdict that doesn't come, are told."""
    stage = toy.read("chapters/01_hello/shelf/main.py")
    toy.write("answer.diff", header + (body or difference.of_file(MAIN, stage, stage + "\nX = 1\n")))

    try:
        text = run(toy, f"try 01 {toy.root / 'answer.diff'}").text
    except UserError as error:
        text = str(error)

    assert said in text


def test_an_answer_that_is_not_there(toy: Toy) -> None:
    """The file is named."""
    with pytest.raises(UserError, match=r"There is no file nothing\.diff"):
        run(toy, "try 01 nothing.diff")
