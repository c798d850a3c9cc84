"""Each rule of the course is able to find what breaks it."""

import shutil
from collections.abc import Callable

import pytest
from toys import Toy

from workbook.authors import course_lint
from workbook.system.errors import UserError

HELLO, STORE = "chapters/01_hello/chapter.toml", "chapters/02_store/chapter.toml"
MAIN, EXERCISE = "chapters/01_hello/shelf/main.py", "chapters/01_hello/exercise/test_exercise.py"
SABOTAGE, CASES = "chapters/02_store/exercise/sabotage", "chapters/01_hello/exercise/cases"
WRONG = "# against: stage\n# mistake: M.\n# verdict: V.\n"


def test_toy_course_keeps_the_rules(toy: Toy) -> None:
    """The toy course is a course like the real one."""
    assert course_lint.findings(toy.course) == []


def replace(old: str, new: str, path: str = HELLO) -> Callable[[Toy], None]:
    return lambda toy: toy.edit(path, old, new)


def append(path: str, text: str) -> Callable[[Toy], None]:
    return lambda toy: toy.write(path, toy.read(path) + text)


def write(path: str, text: str) -> Callable[[Toy], None]:
    return lambda toy: toy.write(path, text)


def remove(path: str) -> Callable[[Toy], None]:
    def breaks(toy: Toy) -> None:
        target = toy.root / path
        shutil.rmtree(target) if target.is_dir() else target.unlink()

    return breaks


def vary(*arguments: str) -> Callable[[Toy], None]:
    return lambda toy: toy.vary(*arguments)


def without_second_hint(toy: Toy) -> None:
    toy.edit(HELLO, '    "A path can hold a variable part: read the path parameters of FastAPI.",\n', "")


def without_red(toy: Toy) -> None:
    toy.write(HELLO, toy.read(HELLO).partition("[[exercise.red]]")[0] + "red = []\n")


BROKEN = [
    pytest.param(
        append("course.toml", '\n[[part]]\ntitle = "A cellar"\nchapters = []\n'),
        "course.toml: part 2, “A cellar”, has no chapter.",
        id="part-without-chapter",
    ),
    pytest.param(
        write("chapters/03_more/shelf/main.py", ""), "course.toml: chapters/03_more is in no part.", id="stray-folder"
    ),
    pytest.param(
        write("notebooks/03_more.ipynb", "{}"), "course.toml: notebooks/03_more is in no part.", id="stray-notebook"
    ),
    pytest.param(
        replace("walk = 10", "walk = 0", STORE), "02_store: the minutes of its walk are not declared.", id="no-minutes"
    ),
    pytest.param(
        replace('    "Read a red test",\n', ""), "01_hello: it needs 3 to 6 objectives and has 2.", id="two-objectives"
    ),
    pytest.param(
        replace("databases = []", 'databases = []\ncontract = { kind = "once" }'),
        "01_hello: a contract of the kind once, and only that, says how the second run fails.",
        id="once-without-second-run",
    ),
    pytest.param(
        without_red, "01_hello: its exercise does not declare how it is red before it is solved.", id="no-red"
    ),
    pytest.param(without_second_hint, "01_hello: it needs 2 to 4 hints and has 1.", id="one-hint"),
    pytest.param(
        replace(
            "Which status did", 'Write `return {"message": f"hello, {name}"}`. Which status did'.replace('"', '\\"')
        ),
        '01_hello: hint 1 gives a line of the solution away: return {"message": f"hello, {name}"}',
        id="hint-gives-away",
    ),
    pytest.param(
        remove(f"{SABOTAGE}/says_ok.diff"),
        "02_store: a catch exercise has at least 4 sabotages, not 3.",
        id="three-sabotages",
    ),
    pytest.param(
        replace('edit = ["shelf/main.py"]', "edit = []"), "01_hello: its exercise names no file to edit.", id="no-edit"
    ),
    pytest.param(replace("Say hello", "TODO"), "01_hello: chapter.toml says TODO for its title.", id="todo"),
    pytest.param(
        remove("solutions/02_store"), "02_store: its solution is missing: solutions/02_store.", id="no-solution"
    ),
    pytest.param(
        remove("chapters/02_store/shelf/__init__.py"),
        "02_store: its package shelf is missing: chapters/02_store/shelf/__init__.py.",
        id="no-package",
    ),
    pytest.param(
        write("solutions/01_hello/shelf/extra.py", ""),
        "01_hello: the solution changes shelf/extra.py, which the learner is not told to edit.",
        id="solution-out-of-bounds",
    ),
    pytest.param(
        vary(
            f"{SABOTAGE}/says_ok.diff",
            "shelf/main.py",
            "app = ",
            "# another\n" * 13 + "app = ",
        ),
        "02_store: chapters/02_store/exercise/sabotage/says_ok.diff: it changes 13 lines; 1 to 12 may.",
        id="sabotage-of-everything",
    ),
    pytest.param(
        vary(f"{CASES}/right_same.diff", "shelf/main.py", "hello", "hello", "# against: stage\n"),
        "01_hello: chapters/01_hello/exercise/cases/right_same.diff: it changes 0 lines.",
        id="case-of-nothing",
    ),
    pytest.param(
        write(f"{CASES}/other.diff", ""),
        "01_hello: exercise/cases/other.diff: its name has to be right_ or wrong_, small letters and .diff, "
        "in that folder itself.",
        id="case-of-no-kind",
    ),
    pytest.param(
        write(f"{SABOTAGE}/old/shelf/main.py", ""),
        "02_store: exercise/sabotage/old/shelf/main.py: its name has to be small letters and .diff, "
        "in that folder itself.",
        id="sabotage-in-a-folder",
    ),
    pytest.param(
        vary(f"{CASES}/wrong_all.diff", "tests/test_hello.py", "404", "405", WRONG),
        "01_hello: chapters/01_hello/exercise/cases/wrong_all.diff, line 4: a case changes only what the learner edits "
        "(shelf/main.py), not tests/test_hello.py.",
        id="case-out-of-bounds",
    ),
    pytest.param(
        append(MAIN, "# one more line\n" * 109),
        "01_hello: shelf/main.py has 120 lines; an app file stays under 120.",
        id="long-file",
    ),
    pytest.param(
        append(MAIN, "# See Chapter 1.\n"),
        "01_hello: shelf/main.py names 'Chapter 1'; a chapter's files know of no chapters.",
        id="names-a-number",
    ),
    pytest.param(
        append(MAIN, "# See 02_store.\n"),
        "01_hello: shelf/main.py names '02_store'; a chapter's files know of no chapters.",
        id="names-a-slug",
    ),
    pytest.param(
        append(MAIN, "from workbook.nb import red\n"),
        "01_hello: shelf/main.py imports workbook.nb; a chapter imports third-party packages and itself.",
        id="imports-workbook",
    ),
    pytest.param(
        append(EXERCISE, "# TODO\n"),
        "01_hello: exercise/test_exercise.py is still to be written (TODO).",
        id="todo-file",
    ),
    pytest.param(
        lambda toy: toy.edit("notebooks/01_hello.ipynb", "# Say hello", "# TODO"),
        "01_hello: notebooks/01_hello.ipynb is still to be written (TODO).",
        id="todo-notebook",
    ),
]


@pytest.mark.parametrize(("breaks", "finding"), BROKEN)
def test_broken_rule_is_found(toy: Toy, breaks: Callable[[Toy], None], finding: str) -> None:
    """A course that breaks one rule is told which, and where."""
    breaks(toy)

    assert finding in course_lint.findings(toy.course)


@pytest.mark.parametrize(
    "name",
    ["2", "02", "store", "02_store", "02_store/", "01_store"],
    ids=["number", "two-digits", "name", "slug", "slug-with-slash", "slug-of-before"],
)
def test_course_finds_a_chapter_as_people_name_it(toy: Toy, name: str) -> None:
    """A number, with or without its zero, a name and a slug all mean the chapter."""
    assert toy.course.find(name).slug == "02_store"


def test_course_names_the_chapters_that_there_are(toy: Toy) -> None:
    """A name that is no chapter's is answered with those that are."""
    with pytest.raises(UserError, match="There is no chapter '7'") as error:
        toy.course.find("7")

    assert "01_hello, 02_store" in error.value.todo
