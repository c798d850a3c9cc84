"""The lock tells a change that was meant from a fix that a later chapter forgot."""

import subprocess

import pytest
from toys import Toy

from workbook.authors import changes_lock
from workbook.chapters import difference

MAIN, MODELS, GREETS = "shelf/main.py", "shelf/models.py", '"hello, world"'
FIRST = ["pyproject.toml", "shelf/__init__.py", MAIN, "tests/conftest.py", "tests/test_hello.py"]


def test_lock_writes_what_a_chapter_changed(toy: Toy) -> None:
    """CHANGES.diff turns the chapter before into this one."""
    first, second = toy.course.chapters
    diff = (second.folder / "CHANGES.diff").read_text(encoding="utf-8")

    assert list(difference.split(diff)) == [
        "pyproject.toml",
        "shelf/database.py",
        "shelf/main.py",
        "shelf/models.py",
        "tests/conftest.py",
        "tests/test_items.py",
    ]
    assert difference.split(diff)["shelf/models.py"].startswith(
        "diff --git a/shelf/models.py b/shelf/models.py\nnew file mode 100644\n--- /dev/null\n+++ b/shelf/models.py\n"
    )
    assert first.folder.exists()


def test_lock_of_a_first_chapter_holds_no_copy_of_it(toy: Toy) -> None:
    """Where an app starts there is nothing before it: a fingerprint of each file is enough, the one that git gives."""
    lock = toy.read("chapters/01_hello/CHANGES.diff")
    main = subprocess.run(
        ["git", "hash-object", "--no-filters", toy.root / "chapters/01_hello" / MAIN], capture_output=True, text=True
    )

    assert list(difference.split(lock)) == FIRST
    assert GREETS not in lock
    assert f"new file mode 100644\nindex 0000000..{main.stdout[:12]}\n" in difference.split(lock)[MAIN]


def test_lock_of_a_second_app_starts_fresh(toy: Toy) -> None:
    """A chapter that grew from none is not compared with the one before it."""
    toy.edit("chapters/02_store/chapter.toml", 'grows_from = "hello"\n', "")

    assert "new file mode" in changes_lock.wanted(toy.course, toy.course.chapters[1])["shelf/__init__.py"]


def test_lock_compares_with_the_chapter_that_it_grew_from(toy: Toy) -> None:
    """Neither its neighbour nor the first of its part: a chapter may grow from any earlier one."""
    toy.grow("more")
    toy.grow("aside", of="hello", part=2)

    assert (toy.root / "chapters/04_aside/CHANGES.diff").read_text(encoding="utf-8") == ""
    assert changes_lock.lock(toy.course, check=True) == []


def test_lock_written_twice_is_the_same(toy: Toy) -> None:
    """A second lock finds nothing to do."""
    changes_lock.lock(toy.course)

    assert changes_lock.lock(toy.course) == []


def test_lock_leaves_exercise_and_caches_out(toy: Toy) -> None:
    """Files that are not the app change nothing in the lock."""
    toy.write("chapters/02_store/exercise/more.py", "1\n")
    toy.write("chapters/02_store/shelf/__pycache__/main.pyc", "1\n")

    assert changes_lock.lock(toy.course, check=True) == []


def test_lock_check_writes_nothing(toy: Toy) -> None:
    """A check reports and leaves the file as it is."""
    stored = toy.read("chapters/02_store/CHANGES.diff")
    toy.edit(f"chapters/02_store/{MAIN}", "No such item.", "Nothing there.")

    changes_lock.lock(toy.course, check=True)

    assert toy.read("chapters/02_store/CHANGES.diff") == stored


def test_lock_check_names_a_changed_file(toy: Toy) -> None:
    """A change that was not locked is found, and the way to lock it is named."""
    toy.edit(f"chapters/02_store/{MAIN}", "No such item.", "Nothing there.")

    (finding,) = changes_lock.lock(toy.course, check=True)

    assert finding == (
        "02_store and its CHANGES.diff disagree about shelf/main.py. "
        "If the file is as you want it, write the lock: `workbook dev lock`."
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(GREETS, '"hi, world"', id="line-replaced"),
        pytest.param('title="shelf")\n', 'title="shelf")\nVERSION = 1\n', id="line-added"),
        pytest.param('    """Greet whoever asks."""\n', "", id="line-removed"),
    ],
)
def test_lock_check_sees_a_forgotten_fix_as_undone(toy: Toy, old: str, new: str) -> None:
    """A fix in one chapter that the next lacks reads as the next one undoing it."""
    toy.edit(f"chapters/01_hello/{MAIN}", old, new)

    first, second = changes_lock.lock(toy.course, check=True)

    assert first.startswith("01_hello and its CHANGES.diff disagree about shelf/main.py.")
    assert second == (
        "02_store undoes what 01_hello changed in shelf/main.py. "
        "Carry it on with `workbook dev carry 01` while it is uncommitted, or make it there by hand."
    )


@pytest.mark.parametrize("text", ["", "MORE = 2\n"], ids=["empty", "filled"])
def test_lock_check_sees_a_forgotten_new_file_as_undone(toy: Toy, text: str) -> None:
    """A file added to one chapter that the next lacks reads as the next one undoing it."""
    toy.write("chapters/01_hello/shelf/extra.py", text)

    assert "02_store undoes what 01_hello changed in shelf/extra.py" in changes_lock.lock(toy.course, check=True)[1]


def test_lock_check_blames_only_the_chapter_that_undoes(toy: Toy) -> None:
    """Of the chapters after a forgotten fix, only the first one undoes it."""
    toy.grow("more")
    toy.edit(f"chapters/01_hello/{MAIN}", GREETS, '"hi, world"')

    findings = changes_lock.lock(toy.course, check=True)

    assert [finding for finding in findings if "undoes" in finding] == [findings[1]]
    assert not any(finding.startswith("03_more") for finding in findings)


def test_lock_check_does_not_blame_a_chapter_that_has_rewritten_the_line(toy: Toy) -> None:
    """Where the next chapter had replaced the mended line, it undoes nothing."""
    toy.edit("chapters/01_hello/pyproject.toml", '"uvicorn"]', '"uvicorn>=1"]')

    assert not any("undoes" in finding for finding in changes_lock.lock(toy.course, check=True))


def test_lock_check_does_not_blame_a_chapter_for_blank_lines(toy: Toy) -> None:
    """Blank lines that one chapter adds are not those that the next removes elsewhere."""
    file = "tests/test_hello.py"
    for slug in ("01_hello", "02_store"):
        toy.write(f"chapters/{slug}/{file}", toy.read(f"chapters/{slug}/{file}") + "\n\nEXTRA = 1\n")
    toy.edit(f"chapters/02_store/{file}", '"""The service greets."""\n\n', '"""The service greets."""\n')

    assert not any("undoes" in finding for finding in changes_lock.lock(toy.course, check=True))


def test_lock_check_knows_places_that_moved(toy: Toy) -> None:
    """A fix that was carried everywhere only moves the lines of later chapters."""
    for slug in ("01_hello", "02_store"):
        toy.edit(f"chapters/{slug}/{MAIN}", '"""The HTTP interface."""\n', '"""The HTTP interface."""\n\n# HTTP\n')

    assert changes_lock.lock(toy.course, check=True)[1] == (
        "02_store/CHANGES.diff has old places for shelf/main.py. Write it anew: `workbook dev lock`."
    )


def test_lock_check_finds_a_missing_lock(toy: Toy) -> None:
    """A chapter without a CHANGES.diff is named."""
    (toy.root / "chapters/02_store/CHANGES.diff").unlink()

    assert changes_lock.lock(toy.course, check=True) == ["02_store has no CHANGES.diff. Write it: `workbook dev lock`."]


def test_lock_check_finds_a_lock_edited_by_hand(toy: Toy) -> None:
    """What stands in CHANGES.diff and in no file is found."""
    file = "chapters/02_store/CHANGES.diff"
    toy.write(file, toy.read(file) + difference.of_file("shelf/ghost.py", None, "1\n"))

    assert [finding for finding in changes_lock.lock(toy.course, check=True) if "shelf/ghost.py" in finding]
