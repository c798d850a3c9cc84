"""A chapter that comes, moves or goes takes its number with it, and so do all others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from toys import Toy

from workbook.authors import changes_lock, course_lint, renumbering
from workbook.learner import renumbered
from workbook.system.errors import UserError

README = """# Toy

See [hello](notebooks/01_hello.ipynb) and [store](notebooks/02_store.ipynb).

`python3 -m workbook check 02`, `hint 02`, chapter 02, 02 minutes.

<!-- chapters -->
<!-- /chapters -->
"""


@pytest.fixture
def three(toy: Toy) -> Toy:
    """Three chapters that grow from one another, and pages that name them; all committed."""
    toy.grow("more")
    toy.write("README.md", README)
    notebook = json.loads(toy.read("notebooks/03_more.ipynb"))
    notebook["cells"][0]["source"] = "After [store](02_store.ipynb): `%check 02`, run in `desk/03_more/`."
    toy.write("notebooks/03_more.ipynb", json.dumps(notebook, ensure_ascii=False))
    renumbering.settle(toy.root)
    toy.write(".gitignore", ".workbook/\ndesk/\n")
    toy.commit()
    return toy


def slugs(toy: Toy) -> list[str]:
    return [chapter.slug for chapter in toy.course.chapters]


def changed(toy: Toy) -> str:
    return toy.git("status", "--porcelain", "--untracked-files=all")


def new(toy: Toy, name: str, after: str) -> None:
    assert toy.workbook("dev", "new", name, "--after", after).code == 0


def sound(toy: Toy) -> bool:
    """No folder is lost, and every lock holds."""
    return not changes_lock.lock(toy.course, check=True) and not [
        finding for finding in course_lint.findings(toy.course) if finding.startswith("course.toml")
    ]


def test_insert_move_and_remove_leave_nothing_behind(three: Toy) -> None:
    """Three commands, and git sees no difference; all is sound in between."""
    new(three, "toy", "01")
    assert slugs(three) == ["01_hello", "02_toy", "03_store", "04_more"]
    assert sound(three)
    assert three.workbook("dev", "move", "toy", "--after", "04").code == 0
    assert slugs(three) == ["01_hello", "02_store", "03_more", "04_toy"]
    assert sound(three)
    assert three.workbook("dev", "remove", "toy").code == 0

    assert slugs(three) == ["01_hello", "02_store", "03_more"]
    assert changed(three) == ""


def test_pages_and_notebooks_name_the_new_numbers(three: Toy) -> None:
    """Links, folders and commands follow; figures that are no chapter's number stay."""
    new(three, "toy", "01")

    readme, notebook = three.read("README.md"), three.read("notebooks/04_more.ipynb")
    assert "[store](notebooks/03_store.ipynb)" in readme
    assert "`python3 -m workbook check 03`, `hint 03`, chapter 03, 02 minutes." in readme
    assert "[store](03_store.ipynb): `%check 03`, run in `desk/04_more/`." in notebook
    assert "| 03 | [Store a thing](notebooks/03_store.ipynb)" in readme


def test_a_cell_keeps_its_id_when_its_chapter_moves(three: Toy) -> None:
    """What a reader wrote is found again by id."""

    def ids(path: str) -> list[str]:
        return [cell["id"] for cell in json.loads(three.read(path))["cells"]]

    before = ids("notebooks/03_more.ipynb")
    new(three, "toy", "01")

    assert ids("notebooks/04_more.ipynb") == before


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        pytest.param(("more", "--after", "01"), "more would come before store, which it needs.", id="before-its-need"),
        pytest.param(("store", "--after", "03"), "more would come before store, which it needs.", id="needed"),
        pytest.param(("store", "--after", "store"), "02_store can't follow itself.", id="itself"),
        pytest.param(("store", "--after", "seven"), "There is no chapter 'seven'.", id="nowhere"),
        pytest.param(("store", "--after", "01", "--part", "2"), "There is no part '2'.", id="no-part"),
    ],
)
def test_what_cannot_move_stays(three: Toy, arguments: tuple[str, ...], why: str) -> None:
    """An order that cannot be is refused before anything is written."""
    done = three.workbook("dev", "move", *arguments)

    assert (done.code, done.stdout) == (1, "")
    assert why in done.stderr
    assert changed(three) == ""


def test_a_chapter_that_others_grow_from_is_not_removed(three: Toy) -> None:
    """It names those that would miss it."""
    with pytest.raises(UserError, match="03_more would miss 02_store"):
        renumbering.remove(three.course, "store")

    assert changed(three) == ""


def test_a_removed_chapter_is_set_aside(three: Toy) -> None:
    """What somebody wrote is never deleted: the command says where it is, twice the same name too."""
    text = three.read("chapters/03_more/shelf/main.py")
    done = three.workbook("dev", "remove", "more")
    three.git("checkout", "--quiet", ".")
    three.workbook("dev", "remove", "more")

    assert ".workbook/removed/03_more" in done.stdout.replace("\\", "/")
    assert {
        three.read(f".workbook/removed/{name}/chapters/03_more/shelf/main.py") for name in ("03_more", "03_more_2")
    } == {text}


def test_a_part_may_begin_with_a_moved_chapter(three: Toy) -> None:
    """The last chapter of a part may open the next one."""
    three.write("course.toml", three.read("course.toml") + '\n[[part]]\ntitle = "Two"\nchapters = []\n')

    assert three.workbook("dev", "move", "more", "--after", "02", "--part", "2").code == 0
    assert [chapter.part.number for chapter in three.course.chapters] == [1, 1, 2]


def test_the_learners_work_follows_its_chapter(three: Toy) -> None:
    """After a newer version of the course, folder and notebook on the desk have their chapter's new number."""
    for path in ("desk/02_store/shelf/main.py", "desk/02_store.ipynb", ".workbook/notebooks/02_store.ipynb"):
        three.write(path, "mine")
    new(three, "toy", "01")

    said = renumbered.follow(three.root)

    assert [three.read(f"desk/03_store{end}") for end in ("/shelf/main.py", ".ipynb")] == ["mine", "mine"]
    assert three.read(".workbook/notebooks/03_store.ipynb") == "mine"
    assert said[:2] == ["desk/02_store is desk/03_store now.", "desk/02_store.ipynb is desk/03_store.ipynb now."]
    assert renumbered.follow(three.root) == []


def test_the_learners_work_stays_where_another_is(three: Toy) -> None:
    """Two copies of one chapter are never made into one."""
    three.write("desk/02_more/mine.py", "old")
    three.write("desk/03_more/mine.py", "new")

    assert renumbered.follow(three.root) == []
    assert (three.read("desk/02_more/mine.py"), three.read("desk/03_more/mine.py")) == ("old", "new")


def test_every_command_takes_the_learners_work_along(three: Toy) -> None:
    """Whatever is asked first after the change, it says where the work is now."""
    three.write("desk/02_store/shelf/main.py", "mine")
    new(three, "toy", "01")

    done = three.workbook("diff", "store")

    assert "! desk/02_store is desk/03_store now." in done.stderr
    assert Path(three.root, "desk/03_store").is_dir()
