"""A stage that does not do what is declared of it is found."""

from __future__ import annotations

import pytest
from toys import Toy

from workbook.authors.stages import contract_findings, exercise_findings
from workbook.chapters.workspace import workspace
from workbook.course import Chapter
from workbook.runner import Runner
from workbook.system.errors import UserError

HELLO, STORE = "01_hello", "02_store"
EXERCISE = f"chapters/{HELLO}/exercise/test_exercise.py"
SUITE = f"chapters/{HELLO}/tests/test_hello.py"


def hello(toy: Toy) -> Chapter:
    return toy.course.find(HELLO)


def test_contract_finds_a_suite_that_passes_once(toy: Toy, runner: Runner) -> None:
    """A suite that leaves something behind fails its second run."""
    flaky = "\n\ndef test_nobody_was_here(tmp_path_factory: object) -> None:\n    Path('guest').mkdir()\n"
    toy.write(SUITE, "from pathlib import Path\n" + toy.read(SUITE) + flaky)

    (finding,) = contract_findings(hello(toy), runner)

    assert finding.startswith("01_hello: the suite is not green a second time on the same database")
    assert "test_nobody_was_here: FileExistsError" in finding


def test_contract_finds_a_suite_that_depends_on_its_order(toy: Toy, runner: Runner) -> None:
    """A test that needs an earlier one fails when they are shuffled."""
    chain = "\n".join(
        f"def test_{number:02}() -> None:\n    assert len(seen) == {number}\n    seen.append({number})\n\n"
        for number in range(9)
    )
    toy.write(SUITE, f"seen: list[int] = []\n\n\n{chain}")

    (finding,) = contract_findings(hello(toy), runner)

    assert finding.startswith("01_hello: the suite is not green a second time on the same database, shuffled (seed 20)")


ALONE = """
import time
from pathlib import Path


def test_the_workshop_is_free() -> None:
    Path("workshop").mkdir()
    time.sleep(1)
    Path("workshop").rmdir()
"""


def test_contract_finds_files_that_cannot_run_at_once(toy: Toy, runner: Runner) -> None:
    """Two files that are green one after the other, in every order, and not beside each other."""
    toy.write(SUITE, ALONE)
    assert contract_findings(hello(toy), runner) == []

    toy.write(SUITE.replace("test_hello", "test_other"), ALONE)
    (finding,) = contract_findings(hello(toy), runner)

    assert "shuffled (seed 23), half of its files in each of two processes" in finding
    assert "test_the_workshop_is_free: FileExistsError" in finding


def test_contract_finds_tests_of_one_file_that_cannot_run_at_once(toy: Toy, runner: Runner) -> None:
    """That takes pytest-xdist, which only the full proof does."""
    toy.write(SUITE, ALONE + ALONE.replace("workshop_is", "workshop_is_still"))
    assert contract_findings(hello(toy), runner) == []

    (finding,) = contract_findings(hello(toy), runner, fully=True)

    assert "in two processes of pytest-xdist" in finding


def test_contract_finds_a_suite_that_leaves_something(toy: Toy, runner: Runner) -> None:
    """A suite that is green every time and leaves a file behind is found too."""
    untidy = "\n\ndef test_a_diary_is_kept() -> None:\n    Path('diary.txt').touch()\n"
    toy.write(SUITE, "from pathlib import Path\n" + toy.read(SUITE) + untidy)

    assert contract_findings(hello(toy), runner) == ["01_hello: after the suite: it leaves the file diary.txt."]


def test_contract_finds_a_suite_that_is_red(toy: Toy, runner: Runner) -> None:
    """A suite that fails on a fresh database is named with its failure."""
    toy.edit(SUITE, "== 404", "== 200")

    (finding,) = contract_findings(hello(toy), runner)

    assert finding.endswith("test_an_unknown_path_is_not_found: AssertionError: assert 404 == 200")


def test_exercise_finds_a_red_of_another_kind(toy: Toy, runner: Runner) -> None:
    """A test that fails with something else than declared is not the declared red."""
    toy.edit(EXERCISE, "== 200", "== 201")

    findings = exercise_findings(hello(toy), runner)

    assert "should fail with 'assert 404 == 200', not with: AssertionError: assert 404 == 201" in findings[0]


def test_exercise_finds_a_red_from_an_import(toy: Toy, runner: Runner) -> None:
    """An exercise that cannot be imported asks nothing, whatever is declared."""
    toy.edit(EXERCISE, "from fastapi.testclient import TestClient", "from shelf.main import TestClient, greet")
    toy.edit("chapters/01_hello/chapter.toml", "assert 404 == 200", "ImportError")

    findings = exercise_findings(hello(toy), runner)

    assert findings[0].startswith("01_hello: the untouched exercise: it is broken, not red")


def test_exercise_finds_an_import_inside_a_test(toy: Toy, runner: Runner) -> None:
    """An import that fails inside a test is no legitimate red either."""
    toy.edit(EXERCISE, "    response = client", "    from shelf.main import greet\n\n    response = client")
    toy.edit("chapters/01_hello/chapter.toml", "assert 404 == 200", "ImportError")

    findings = exercise_findings(hello(toy), runner)

    assert "should fail with 'ImportError', not with: ImportError: cannot import name 'greet'" in findings[0]


def test_exercise_finds_failures_that_are_not_declared(toy: Toy, runner: Runner) -> None:
    """Each test of the untouched exercise passes, or is declared to fail."""
    toy.write(EXERCISE, toy.read(EXERCISE) + "\n\ndef test_more() -> None:\n    assert 1 == 2\n")

    findings = exercise_findings(hello(toy), runner)

    assert "test_more fails, and is not declared to: AssertionError: assert 1 == 2" in findings[0]


def test_exercise_finds_a_solution_that_does_not_solve(toy: Toy, runner: Runner) -> None:
    """A solution that leaves the exercise red is no solution."""
    toy.write(f"solutions/{HELLO}/shelf/main.py", toy.read(f"chapters/{HELLO}/shelf/main.py"))

    (finding,) = exercise_findings(hello(toy), runner)

    assert finding.startswith("01_hello: the solution is not green: exercise/test_exercise.py")


def test_exercise_finds_sabotage_that_escapes_or_breaks_the_run(toy: Toy, runner: Runner) -> None:
    """A sabotage that the solution's test does not see, and one that breaks the app: each is named."""
    sabotage = f"chapters/{STORE}/exercise/sabotage"
    toy.vary(f"{sabotage}/says_ok.diff", "shelf/main.py", "hello, world", "hello, moon")
    toy.vary(f"{sabotage}/wrong_status.diff", "shelf/main.py", "FastAPI, HTTP", "FastApi, HTTP")
    toy.edit(f"{sabotage}/no_check.diff", "@@ -", "@@ -1")

    findings = exercise_findings(toy.course.find(STORE), runner)

    assert [finding.split(":")[1].strip() for finding in findings] == [
        f"{sabotage}/no_check.diff, line 5",
        "sabotage says_ok escapes the solution's test.",
        "sabotage wrong_status breaks the run instead of failing a test",
    ]


def test_workspace_is_changed_as_asked_and_removed(toy: Toy) -> None:
    """Overlays, removed symbols and given files end up in a copy that does not stay."""
    chapter, main = hello(toy), "shelf/main.py"

    with workspace(chapter, chapter.solution, without={main: ["hello"]}, files={"notes/new.txt": "ä"}) as folder:
        text = (folder / main).read_text(encoding="utf-8")
        assert '@app.get("/hello/{name}")' in text
        assert '@app.get("/hello")' not in text
        assert (folder / "notes" / "new.txt").read_text(encoding="utf-8") == "ä"

    assert not folder.exists()


def test_workspace_keeps_sabotage_back(toy: Toy) -> None:
    """A copy of a stage holds neither sabotaged files nor the leftovers of a run."""
    toy.write(f"chapters/{STORE}/shelf/__pycache__/main.pyc", "")

    with workspace(toy.course.find(STORE)) as folder:
        names = {path.name for path in folder.rglob("*")}

    assert not names & {"sabotage", "__pycache__", "CHANGES.diff"}


def test_workspace_names_a_symbol_that_is_not_there(toy: Toy) -> None:
    """Asking to remove what does not exist is an error that says what there is."""
    chapter = hello(toy)

    with (
        pytest.raises(UserError, match="has no top-level 'hallo'") as caught,
        workspace(chapter, without={"shelf/main.py": ["hallo"]}),
    ):
        pass

    assert caught.value.todo == "Choose from: app, hello."
