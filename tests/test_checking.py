"""The learner's copy is judged honestly: each `desk` folder in `corpus/` is a copy, with the verdict it must get."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from corpora import CORPUS, cases, declared
from toys import Toy

from workbook import course
from workbook.chapters import difference, variants
from workbook.chapters.targets import EXERCISE, SUITE, asked
from workbook.course import Chapter
from workbook.learner import checking, desk, progress, timings
from workbook.learner.checking import Check, halves
from workbook.learner.record import record
from workbook.report.card import Card
from workbook.runner import Run, Runner
from workbook.system.errors import UserError


def checked(name: str, toy: Toy, runner: Runner) -> Check:
    """Judge a fresh copy with the files of the case in it."""
    case = declared(name)
    chapter = toy.course.find(case.get("chapter", "01_hello"))
    desk.open_copy(chapter)
    shutil.copytree(CORPUS / name, chapter.desk, dirs_exist_ok=True)
    for file in case.get("delete", []):
        (chapter.desk / file).unlink()
    return checking.check(chapter, runner)


@pytest.mark.parametrize("name", cases(desk=True))
def test_check_judges_case(name: str, toy: Toy, runner: Runner) -> None:
    """A copy gets the result and the headline that its case declares."""
    case = declared(name)

    judged = checked(name, toy, runner)

    passed = case.get("passed", case["status"] == "green")
    escaped = [item.sentence.removeprefix("Escaped: ") for item in judged.card.items if "Escaped" in item.sentence]
    assert (judged.run.status, judged.passed, judged.card.headline) == (case["status"], passed, case["says"])
    assert escaped == case.get("escaped", [])


@pytest.mark.parametrize("slug", ["01_hello", "02_store"])
def test_check_accepts_the_solution(slug: str, toy: Toy, runner: Runner) -> None:
    """The workbook's own solution passes, and the next step is named."""
    chapter = toy.course.find(slug)
    desk.open_copy(chapter)
    shutil.copytree(chapter.solution, chapter.desk, dirs_exist_ok=True)

    judged = checking.check(chapter, runner)

    assert judged.passed, judged.lines()
    assert re.fullmatch(
        rf"Done\. `.*workbook solution {slug[:2]}` shows another way; `.*workbook status` shows what comes next\.",
        judged.card.todo,
    )


def test_check_says_which_changes_it_did_not_judge(toy: Toy, runner: Runner) -> None:
    """An app file that is not the exercise's and a test of one's own: both are there, and neither counted."""
    chapter = toy.course.find("01_hello")
    desk.open_copy(chapter)
    shutil.copytree(chapter.solution, chapter.desk, dirs_exist_ok=True)
    before = checking.check(chapter, runner).card.notes
    (chapter.desk / "shelf" / "__init__.py").write_text("1 / 0\n", encoding="utf-8")
    (chapter.desk / "tests" / "test_mine.py").write_text("1 / 0\n", encoding="utf-8")
    (chapter.desk / "shelf" / "more.py").write_text("1 / 0\n", encoding="utf-8")  # judged: the app may import it

    judged = checking.check(chapter, runner)

    assert (before, judged.passed) == ((), True)
    (note,) = judged.card.notes
    assert note.startswith("You also changed shelf/__init__.py and 1 more: a check takes the workbook's own.")
    assert "run 01 -- pytest" in note
    assert note.split(":")[0] in "\n".join(judged.lines())
    assert "You also changed" in judged.html()


def test_check_says_how_to_see_what_was_printed(toy: Toy, runner: Runner) -> None:
    """`print` is what a learner debugs with; in a verdict it would be noise."""
    chapter = toy.course.find("01_hello")
    desk.open_copy(chapter)
    main = chapter.desk / "shelf" / "main.py"
    main.write_text(
        main.read_text(encoding="utf-8") + "\n\n@app.get('/hello/{name}')\ndef greet(name: str) -> str:\n"
        "    print('here')\n    return name\n",
        encoding="utf-8",
    )

    judged = checking.check(chapter, runner)

    said = "Your code printed something: `"
    assert [any(said in line for line in judged.lines(full=full)) for full in (False, True)] == [True, False]


def test_check_of_a_test_that_asserts_nothing_says_so(toy: Toy, runner: Runner) -> None:
    """The requests were sent; what lacks is a look at the answers."""
    chapter = toy.course.find("02_store")
    desk.open_copy(chapter)
    mine = "def test_nothing(client):\n    client.get('/hello')\n"
    (chapter.desk / chapter.exercise.edit[0]).write_text(mine, encoding="utf-8")

    judged = checking.check(chapter, runner)

    assert judged.card.todo == ("Your test has no `assert`, so no answer can make it fail: `assert` what each must be.")


def test_check_of_a_test_in_latin_1_that_says_so(toy: Toy, runner: Runner) -> None:
    """Python reads it, so that a check does too."""
    chapter = toy.course.find("02_store")
    desk.open_copy(chapter)
    mine = "# coding: latin-1\n\n\ndef test_cafe(client):\n    assert client.get('/hello').json() != 'Caf\xe9'\n"
    (chapter.desk / chapter.exercise.edit[0]).write_bytes(mine.encode("latin-1"))

    judged = checking.check(chapter, runner)

    assert judged.card.headline == "Your test passes on the healthy app, and catches 0 of 4 broken ones."


def test_check_of_a_test_that_fails_by_itself_says_so(toy: Toy, runner: Runner, tmp_path: Path) -> None:
    """A test that passes once, and never where it ran before, catches nothing."""
    chapter = toy.course.find("02_store")
    desk.open_copy(chapter)
    mine = "from pathlib import Path\n\n\ndef test_once(client):\n"
    mine += f"    Path({str(tmp_path / 'mark')!r}).touch(exist_ok=False)\n"
    mine += "    assert client.get('/hello').is_success\n"
    (chapter.desk / chapter.exercise.edit[0]).write_text(mine, encoding="utf-8")

    card = checking.check(chapter, runner).card

    assert (card.good, card.headline) == (False, "Your test passes on the healthy app once, and not a second time.")
    assert card.todo.startswith("Nothing may outlive the test")


def test_check_names_all_files_and_the_chapter_in_the_next_step(toy: Toy, runner: Runner) -> None:
    """As `open` does: every file that is the learner's; and no hint of another chapter is used up."""
    chapter = toy.course.find("01_hello")
    desk.open_copy(chapter)
    two = replace(chapter, exercise=replace(chapter.exercise, edit=(*chapter.exercise.edit, "README.md")))

    todo = checking.check(two, runner).card.todo

    assert todo.startswith("Edit desk/01_hello/shelf/main.py and desk/01_hello/README.md.\n")
    assert "workbook hint 01` helps" in todo


def test_check_says_how_to_catch_what_escaped(toy: Toy, runner: Runner) -> None:
    """A request is sent."""
    assert checked("catch_half", toy, runner).card.todo.endswith("that defect? Send it too.")


def test_check_never_shows_the_sabotage(toy: Toy, runner: Runner) -> None:
    """What was broken is said in the defect's sentence; neither code nor traceback of a broken app is told."""
    judged = checked("catch_half", toy, runner)

    text = "\n".join(judged.lines(full=True)) + judged.html()
    assert "Escaped: A taken name is refused with 409, but" in text
    assert "sabotage" not in text
    assert "shelf/main.py" not in text


@pytest.mark.parametrize(
    ("breaks", "what"),
    [
        pytest.param(lambda file: file.unlink(), "There is no broken app to catch: chapters/", id="none"),
        pytest.param(
            lambda file: file.write_text(file.read_text(encoding="utf-8").replace("status", "statsu"), "utf-8"),
            "chapters/02_store/exercise/sabotage/no_check.diff, line ",
            id="damaged",
        ),
    ],
)
def test_check_needs_what_is_to_be_caught(
    toy: Toy, runner: Runner, breaks: Callable[[Path], object], what: str
) -> None:
    """Where sabotages are gone or do not fit, nothing was caught and nothing escaped."""
    for file in variants.sabotages(toy.course.find("02_store")):
        breaks(file)

    with pytest.raises(UserError) as caught:
        checked("catch_half", toy, runner)

    assert caught.value.what.startswith(what)


def test_check_leaves_the_copy_alone(toy: Toy, runner: Runner) -> None:
    """Nothing is written into the learner's copy."""
    chapter = toy.course.find("01_hello")
    desk.open_copy(chapter)
    before = sorted(chapter.desk.rglob("*"))

    checking.check(chapter, runner)

    assert sorted(chapter.desk.rglob("*")) == before


@pytest.mark.parametrize("chapter", course.load().chapters, ids=lambda chapter: chapter.slug)
def test_check_asks_every_test_once(chapter: Chapter) -> None:
    """However the files are shared out, none is left out but those excluded, and the exercise comes first."""
    shared = [file for half in halves(chapter, asked(chapter), {}) for file in half]
    wanted = {
        file.relative_to(chapter.folder).as_posix()
        for target in (*EXERCISE, *SUITE)
        for file in (chapter.folder / target).rglob("*.py")
        if "def test_" in file.read_text(encoding="utf-8") and not {"sabotage", "cases"} & set(file.parts)
    }

    if len(asked(chapter)) == 1:
        assert shared == [*asked(chapter)]
    else:
        assert sorted(shared) == sorted(wanted.difference(chapter.exercise.excluded))
        assert shared[0].startswith("exercise/")


def test_check_shares_out_by_what_each_file_took() -> None:
    """The longest file has a half to itself, however short its text; a file without a time leaves it to the lengths."""
    chapter = course.load().find("06")
    by_length = halves(chapter, asked(chapter), {})
    took = dict.fromkeys((file for half in by_length for file in half), 0.1) | {"tests/test_ping.py": 9.0}

    assert halves(chapter, asked(chapter), took)[1] == ("tests/test_ping.py",)

    del took["tests/test_crud.py"]
    assert halves(chapter, asked(chapter), took) == by_length


def test_check_remembers_nothing(toy: Toy, runner: Runner) -> None:
    """It returns what it found; to record that is for who asked."""
    chapter = toy.course.find("01_hello")
    desk.open_copy(chapter)
    before = difference.texts(toy.root)

    checking.check(chapter, runner)

    assert difference.texts(toy.root) == before


@pytest.mark.parametrize("passed", [True, False])
def test_record_remembers_what_passed(toy: Toy, passed: bool) -> None:
    """A chapter is done once its check has passed, and stays done; it is the one that the learner is at."""
    chapter = toy.course.find("02_store")
    came_to = Check(Card(passed, "It was judged."), passed, Run("green", ()))

    assert record(chapter, came_to) is came_to
    assert progress.load(toy.root).of(chapter).done == passed
    assert progress.load(toy.root).current == "store"

    record(chapter, replace(came_to, passed=False))
    assert progress.load(toy.root).of(chapter).done == passed


def test_record_remembers_what_each_file_took(toy: Toy, runner: Runner) -> None:
    """For the next check, and for nothing else: what cannot be read is forgotten."""
    chapter = toy.course.find("01_hello")
    desk.open_copy(chapter)
    assert timings.seconds(chapter) == {}

    record(chapter, checking.check(chapter, runner))

    took = timings.seconds(chapter)
    assert sorted(took) == ["exercise/test_exercise.py", "tests/test_hello.py"]
    assert all(0 < seconds < 60 for seconds in took.values())
    (toy.root / timings.FILE).write_text("{", encoding="utf-8")
    assert timings.seconds(chapter) == {}


def test_check_tells_in_one_order_however_it_was_shared_out(
    toy: Toy, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exercise, then the suite by file."""
    chapter = toy.course.find("01_hello")
    desk.open_copy(chapter)
    before = checking.check(chapter, runner).run.outcomes
    monkeypatch.setattr(checking, "halves", lambda *given: list(reversed(halves(*given))))

    assert checking.check(chapter, runner).run.outcomes == before
    assert before[0].test.startswith("exercise/")


def test_check_without_a_copy_says_how_to_make_one(toy: Toy, runner: Runner) -> None:
    """There is nothing to judge before the chapter is opened."""
    with pytest.raises(UserError) as caught:
        checking.check(toy.course.find("01_hello"), runner)

    assert "workbook open 01" in caught.value.todo
