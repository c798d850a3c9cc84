"""A new chapter is valid from the start, and says what it still needs."""

import json
from pathlib import Path

import pytest
from mypy_runner import lay_out, mypy
from ruff_runner import ruff
from toys import Toy

from workbook.authors import changes_lock, course_lint, scaffold
from workbook.authors.stages import contract_findings
from workbook.chapters import difference
from workbook.chapters.changes import APART
from workbook.runner import Runner
from workbook.system.errors import UserError


def begin(toy: Toy, name: str = "more", after: str = "02", database: str = "", **how: str) -> str:
    return scaffold.new(toy.course, name, after, databases=database.split(), **how).slug


@pytest.fixture
def begun(toy: Toy) -> Toy:
    """The toy with a third chapter begun."""
    begin(toy)
    return toy


def test_new_chapter_is_declared_last(begun: Toy) -> None:
    """It takes the next number, needs the chapter it grows out of, and keeps its databases."""
    chapter = begun.course.chapters[-1]

    assert (chapter.slug, chapter.needs, chapter.databases) == ("03_more", ("store",), ("postgresql",))


def test_new_chapter_starts_as_a_copy(begun: Toy) -> None:
    """App, suite and configuration are those of the chapter before, and the lock is empty and holds."""
    _, second, third = begun.course.chapters

    assert changes_lock.changes(begun.course, third) == {}
    assert difference.texts(third.folder / "tests") == difference.texts(second.folder / "tests")
    assert changes_lock.lock(begun.course, check=True) == []


def test_new_chapter_has_an_exercise_of_its_own(begun: Toy) -> None:
    """Of the exercise before it only the fixtures are kept."""
    third = begun.course.chapters[-1]

    assert list(difference.texts(third.folder / "exercise")) == ["conftest.py", "test_exercise.py"]
    assert "def test_todo" in begun.read("chapters/03_more/exercise/test_exercise.py")


def test_new_chapter_does_not_copy_fixtures_that_were_the_exercise(toy: Toy) -> None:
    """A conftest.py that the learner was to mend is no start for the next exercise."""
    toy.edit(
        "chapters/02_store/chapter.toml", 'edit = ["exercise/test_exercise.py"]', 'edit = ["exercise/conftest.py"]'
    )

    begin(toy)

    assert not (toy.root / "chapters/03_more/exercise/conftest.py").exists()


def test_new_chapter_says_what_is_missing(begun: Toy) -> None:
    """Until it is filled, the checks name each thing that is still to be written."""
    assert course_lint.findings(begun.course) == [
        "03_more: the minutes of its walk are not declared.",
        "03_more: the minutes of its exercise are not declared.",
        "03_more: it needs 3 to 6 objectives and has 1.",
        "03_more: it needs 2 to 4 hints and has 1.",
        "03_more: chapter.toml says TODO for its title.",
        "03_more: chapter.toml says TODO for its objectives.",
        "03_more: chapter.toml says TODO for its task.",
        "03_more: chapter.toml says TODO for its hints.",
        "03_more: chapter.toml says TODO for its red.",
        "03_more: its solution is missing: solutions/03_more.",
        "03_more: exercise/test_exercise.py is still to be written (TODO).",
        "03_more: notebooks/03_more.ipynb is still to be written (TODO).",
    ]


def test_new_chapter_passes_the_checks_once_filled(begun: Toy) -> None:
    """With every TODO written, nothing is missing any more."""
    toml = begun.read("chapters/03_more/chapter.toml").replace(
        "minutes = { walk = 0, exercise = 0 }", "minutes = { walk = 1, exercise = 1 }"
    )
    toml = toml.replace('objectives = [\n    "TODO",', 'objectives = [\n    "One",\n    "Two",\n    "Three",')
    toml = toml.replace('hints = [\n    "TODO",', 'hints = [\n    "First",\n    "Second",')
    begun.write("chapters/03_more/chapter.toml", toml.replace("TODO", "Something"))
    for path in ("chapters/03_more/exercise/test_exercise.py", "notebooks/03_more.ipynb"):
        begun.write(path, begun.read(path).replace("TODO", "Something"))
    begun.write("solutions/03_more/shelf/main.py", "X = 1\n")

    assert course_lint.findings(begun.course) == []


def test_new_chapter_has_a_notebook_to_fill(begun: Toy) -> None:
    """The notebook's first code cell sets the chapter up, and its sections are those of every notebook."""
    cells = json.loads(begun.read("notebooks/03_more.ipynb"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells]

    assert len({cell["id"] for cell in cells}) == len(cells)
    assert 'chapter("03_more")' in sources[1]
    assert [source.split("\n")[0] for source in sources[2:5]] == [
        "## The problem",
        "## The requirement as a test",
        "## Red",
    ]


def test_new_chapter_of_a_new_app_starts_small(toy: Toy) -> None:
    """It is a bare service under its package's name, which needs no chapter before it; its part may have others."""
    begin(toy, package="cellar")

    chapter = toy.course.chapters[-1]
    assert (chapter.part, chapter.package, chapter.needs, chapter.grows_from) == (
        toy.course.chapters[0].part,
        "cellar",
        (),
        None,
    )
    assert list(difference.texts(chapter.folder, without=APART)) == [
        "cellar/__init__.py",
        "cellar/main.py",
        "pyproject.toml",
        "tests/conftest.py",
        "tests/test_main.py",
    ]
    assert 'FastAPI(title="cellar"' in toy.read("chapters/03_more/cellar/main.py")
    assert changes_lock.lock(toy.course, check=True) == []


@pytest.mark.parametrize("part", ["2", "A cellar"], ids=["number", "title"])
def test_new_chapter_may_begin_the_next_part(toy: Toy, part: str) -> None:
    """A part is a heading: the chapter grows from the one before all the same."""
    toy.write("course.toml", toy.read("course.toml") + '\n[[part]]\ntitle = "A cellar"\nchapters = []\n')

    begin(toy, part=part)

    chapter = toy.course.chapters[-1]
    assert (chapter.part.number, chapter.package, chapter.grows_from) == (2, "shelf", "store")


@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        pytest.param({"name": "03_More"}, "'03_More' cannot be a chapter's name", id="name"),
        pytest.param({"name": "store"}, "There is a chapter 'store' already", id="taken"),
        pytest.param({"package": "My-App"}, "'My-App' cannot be a package's name", id="package"),
        pytest.param({"part": "attic"}, "There is no part 'attic'", id="unknown-part"),
        pytest.param({"database": "mysql"}, "There is no database 'mysql' here", id="database"),
        pytest.param({"after": "7"}, "There is no chapter '7'", id="after-nothing"),
    ],
)
def test_new_chapter_that_cannot_be_is_an_error(toy: Toy, wanted: dict[str, str], what: str) -> None:
    """The reason is given, and nothing is written."""
    before = difference.texts(toy.root)

    with pytest.raises(UserError, match=what):
        begin(toy, **wanted)

    assert difference.texts(toy.root) == before


def test_new_chapter_does_not_overwrite_a_folder(toy: Toy) -> None:
    """A folder of that name, even undeclared, is left alone."""
    toy.write("chapters/03_more/notes.txt", "Mine.\n")

    with pytest.raises(UserError, match="chapters/03_more is there already"):
        begin(toy)


def test_new_chapter_in_a_part_that_is_over_is_an_error(toy: Toy) -> None:
    """A part cannot be taken up again after another one has begun."""
    toy.grow("more", part=2)

    with pytest.raises(UserError, match="after 03_more can't be in part 1"):
        begin(toy, name="most", after="03", part="1")


def test_new_chapter_leaves_the_rest_of_the_outline_alone(toy: Toy) -> None:
    """What an author wrote around the lists of names stays."""
    toy.write("course.toml", "# Ours.\n" + toy.read("course.toml"))
    before = toy.read("course.toml")

    begin(toy)

    assert toy.read("course.toml") == before.replace('    "store",\n', '    "store",\n    "more",\n')


def test_new_chapter_loses_no_comment_of_the_outline(toy: Toy) -> None:
    """Where a list is not written as it would be rewritten, the command says so, and what to do."""
    toy.edit("course.toml", '    "hello",', '    "hello",  # for everybody')

    with pytest.raises(UserError, match="is not written as this command reads it"):
        begin(toy)


def test_new_chapter_inherits_how_the_app_is_run(toy: Toy) -> None:
    """What the app needs to run, it needs in the next chapter as well; what its exercise was, it doesn't."""
    toy.edit(
        "chapters/02_store/chapter.toml", 'databases = ["postgresql"]', 'databases = ["postgresql"]\ntimeout = 40.0'
    )
    toy.edit(
        "chapters/02_store/chapter.toml",
        "[exercise]",
        '[environment]\nKEY = "k"\n\n[[requests.allow]]\npath = "/x"\nstatus = 500\nreason = "R"\n\n[exercise]',
    )
    begin(toy)
    before, chapter = toy.course.chapters[1:]

    assert (chapter.timeout, chapter.environment, chapter.requests) == (40.0, {"KEY": "k"}, before.requests)
    assert chapter.requests.allow
    assert chapter.exercise.hints == ("TODO",)


@pytest.mark.parametrize("database", ["postgresql", "sqlite", "postgresql sqlite"])
def test_new_app_with_a_database_keeps_its_contract(toy: Toy, database: str, runner: Runner, tmp_path: Path) -> None:
    """Engine, session per request and isolated tests are there: green, twice, shuffled and in parallel, and typed."""
    begin(toy, "shop", package="shop", database=database)
    chapter = toy.course.by_name["shop"]

    assert contract_findings(chapter, runner) == []
    assert ruff("check", str(chapter.folder / "shop"), str(chapter.folder / "tests"))[0] == 0
    assert ruff("format", "--check", str(chapter.folder))[0] == 0
    lay_out(chapter.folder, ("shop", "tests"), "stage_03_shop__", tmp_path / "types")
    assert mypy(tmp_path / "types", ".", "scaffold") == []
