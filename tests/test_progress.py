"""Progress is remembered in one small file that is written whole, and never in the way when it is damaged."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from toys import Toy

from workbook.learner import progress
from workbook.learner.progress import FILE


def done(toy: Toy, *slugs: str) -> None:
    with progress.changed(toy.root) as remembered:
        for slug in slugs:
            remembered.of(toy.course.find(slug)).done = True


def test_progress_begins_empty(toy: Toy) -> None:
    """Without a file nothing is started, and looking does not make one."""
    assert progress.load(toy.root).chapters == {}
    assert not (toy.root / FILE).exists()


def test_progress_is_remembered(toy: Toy) -> None:
    """What was changed is there the next time."""
    with progress.changed(toy.root) as remembered:
        entry = remembered.of(toy.course.find("01"))
        entry.hints, entry.gave_up = 2, True

    read = progress.load(toy.root).of(toy.course.find("01"))
    assert (read.hints, read.gave_up, read.done) == (2, True, False)


def test_progress_is_not_written_when_the_change_fails(toy: Toy) -> None:
    """An error in the middle of a change leaves the file as it was."""
    done(toy, "01")
    before = (toy.root / FILE).read_bytes()

    def fail() -> None:
        with progress.changed(toy.root) as remembered:
            remembered.chapters.clear()
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert (toy.root / FILE).read_bytes() == before


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"chapters": {"01_hello": {"hints": "many"}}}', b'{"chapters": {"01_hello": 7}}'],
    ids=["empty", "cut-off", "list", "not-utf-8", "wrong-type", "wrong-shape"],
)
def test_damaged_progress_is_set_aside(damage: bytes, toy: Toy) -> None:
    """A file that cannot be understood is kept under another name, and all goes on."""
    file = toy.root / FILE
    file.parent.mkdir()
    file.write_bytes(damage)

    read = progress.load(toy.root)

    assert (read.chapters, file.exists()) == ({}, False)
    assert file.with_name("progress.damaged.json").read_bytes() == damage


def test_damaged_progress_never_replaces_an_older_one(toy: Toy) -> None:
    """A second damaged file gets a name of its own."""
    file = toy.root / FILE
    file.parent.mkdir()
    for damage in ("one", "two"):
        file.write_text(damage, encoding="utf-8")
        progress.load(toy.root)

    kept = sorted(path.read_text(encoding="utf-8") for path in file.parent.glob("progress.damaged*"))
    assert kept == ["one", "two"]


def test_unknown_fields_are_left_out(toy: Toy) -> None:
    """A file that a later version wrote is read as far as it is understood."""
    file = toy.root / FILE
    file.parent.mkdir()
    file.write_text(json.dumps({"chapters": {"01_hello": {"done": True, "stars": 5}}}), encoding="utf-8")

    assert progress.load(toy.root).of(toy.course.find("01")).done


def test_progress_of_two_writers_is_kept(toy: Toy) -> None:
    """Changes at the same time wait for each other; none is lost."""

    def count(_: int) -> None:
        with progress.changed(toy.root) as remembered:
            remembered.of(toy.course.find("01")).hints += 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(20)))

    assert progress.load(toy.root).of(toy.course.find("01")).hints == 20


def test_writing_leaves_nothing_beside_the_file(toy: Toy) -> None:
    """No temporary file stays."""
    done(toy, "01")

    assert sorted(path.name for path in (toy.root / "desk").iterdir()) == [".progress.lock", "progress.json"]


def test_next_chapter_follows_the_course(toy: Toy) -> None:
    """The first chapter that is not done comes next; after the last there is none."""
    found = []
    for slug in ("01_hello", "02_store"):
        found.append(progress.next_chapter(toy.course))
        done(toy, slug)
    found.append(progress.next_chapter(toy.course))

    assert [chapter and chapter.slug for chapter in found] == ["01_hello", "02_store", None]


def test_progress_outlasts_the_numbers(toy: Toy) -> None:
    """A chapter is remembered by its name, also by a file that was written when the number stood in front of it."""
    toy.write(
        "desk/progress.json", '{"current": "07_store", "chapters": {"07_store": {"started": true, "done": true}}}'
    )

    store = toy.course.find("store")

    assert progress.load(toy.root).of(store).done
    assert progress.last(toy.course) == store


def test_here_is_the_chapter_last_worked_on(toy: Toy) -> None:
    """A chapter that was opened out of turn is where the learner is, until it is done."""
    store = toy.course.find("02")
    with progress.changed(toy.root) as remembered:
        remembered.of(store).started = True
        remembered.current = store.name
    before = progress.here(toy.course)
    done(toy, "02")

    after = progress.here(toy.course)

    assert [chapter and chapter.slug for chapter in (before, after)] == ["02_store", "01_hello"]


def test_last_stays_on_a_chapter_that_is_done(toy: Toy) -> None:
    """It is the one that was opened or checked last; before there is one, the first."""
    before = progress.last(toy.course)
    store = toy.course.find("02")
    with progress.changed(toy.root) as remembered:
        remembered.of(store).started = remembered.of(store).done = True
        remembered.current = store.name

    assert [before.slug, progress.last(toy.course).slug] == ["01_hello", "02_store"]


def test_an_open_copy_counts_as_started(toy: Toy) -> None:
    """A desk copy whose progress was lost is started all the same."""
    hello = toy.course.find("01")
    hello.desk.mkdir(parents=True)

    assert progress.load(toy.root).of(hello).started


def test_progress_file_ends_its_lines_alike_everywhere(toy: Toy) -> None:
    """The file is the same on every system."""
    done(toy, "01")

    assert b"\r" not in Path(toy.root / FILE).read_bytes()
