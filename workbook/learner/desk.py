"""The learner's own copies in `desk/`: opened, set aside, restored, compared; what is in them is never overwritten."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from workbook.chapters import difference
from workbook.chapters.targets import OF_TESTS
from workbook.chapters.workspace import KEPT_BACK, copy_stage
from workbook.course import Chapter
from workbook.learner import progress, updates
from workbook.system import files, leftovers, privacy, session
from workbook.system.background import later
from workbook.system.errors import UserError
from workbook.system.invocation import call

FIXTURES = "conftest.py"  # wherever one is, pytest takes it
ASIDE = Path("desk") / "aside"


def open_copy(chapter: Chapter) -> bool:
    """Make the learner's copy of the chapter, with its exercise; False when there is one, which stays as it is."""
    made = not chapter.desk.exists()
    if made:
        chapter.desk.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".opening-", dir=chapter.desk.parent) as temporary:
            fresh = Path(temporary) / chapter.slug
            copy_stage(chapter.folder, fresh)
            privacy.take(fresh)
            fresh.rename(chapter.desk)  # whole or not at all, whenever this process ends
        updates.remember(chapter)
    with progress.changed(chapter.root) as remembered:
        remembered.of(chapter).started = True
        remembered.current = chapter.name
    return made


def require(chapter: Chapter) -> Path:
    """The folder of the learner's copy; raises `UserError` where there is none."""
    if not chapter.desk.is_dir():
        raise UserError(
            f"Chapter {chapter.slug} is not on your desk.",
            f"Run `{call(f'open {chapter.number}')}`; it makes your copy.",
        )
    return chapter.desk


def set_aside(chapter: Chapter) -> Path | None:
    """Move the learner's copy out of the way, under today's date; None where there is no copy."""
    if not chapter.desk.exists():
        return None
    shelf = chapter.root / ASIDE / chapter.slug
    shelf.mkdir(parents=True, exist_ok=True)
    place = files.unused(shelf / time.strftime("%Y-%m-%d_%H-%M-%S"))
    try:
        chapter.desk.rename(place)
    except OSError as error:
        raise UserError(
            f"Your copy in {shown(chapter, chapter.desk)} cannot be moved aside: {error.strerror or error}.",
            "Close the programs that use its files, and try again.",
        ) from None
    return place


def has_work(chapter: Chapter, copy: Path) -> bool:
    """Whether a copy differs from what `open` would make now; one that cannot be read as text does."""
    mine, theirs = (difference.files(place, without=KEPT_BACK) for place in (copy, chapter.folder))
    return mine.keys() != theirs.keys() or any(mine[path].read_bytes() != theirs[path].read_bytes() for path in mine)


def reset(chapter: Chapter) -> Path | None:
    """A fresh copy; returns where the old one went, None where there was none, or none with work in it."""
    if chapter.desk.is_dir() and not has_work(chapter, chapter.desk):
        return None
    aside = set_aside(chapter)
    open_copy(chapter)
    return aside


def reset_database(chapter: Chapter) -> str:
    """Empty the lasting database of the learner's copy; returns a sentence on what came of it, "" when it has none."""
    if "postgresql" not in chapter.databases:
        return ""
    from workbook.postgres import databases

    try:
        databases.reset(database_name(chapter))
    except UserError as error:
        return f"✗ Its database was not emptied: {error.what} {error.todo}"
    return "✓ Its database is empty."


def copies_aside(chapter: Chapter) -> list[Path]:
    """The copies that were set aside, the newest first."""
    shelf = chapter.root / ASIDE / chapter.slug
    return sorted((place for place in shelf.iterdir() if place.is_dir()), reverse=True) if shelf.is_dir() else []


def restore(chapter: Chapter, which: str | None = None) -> tuple[Path, Path | None]:
    """Bring a copy back that was set aside: the newest with work in it, or the newest whose name begins with `which`.

    Returns what was restored, and where the copy that was in its place went. Raises `UserError` when there is none.
    """
    there = copies_aside(chapter)
    if not there:
        mine = f"Go on with {shown(chapter, chapter.desk)}: it is your only copy."
        none = f"Run `{call(f'open {chapter.number}')}`; it makes your copy."
        raise UserError(f"No copy of {chapter.slug} was set aside.", mine if chapter.desk.is_dir() else none)
    copies = [place for place in there if place.name.startswith(which or "")]
    if not copies:
        raise UserError(
            f"No copy of {chapter.slug} was set aside as {which}.",
            f"`{call(f'restore {chapter.number} --list')}` shows those that there are.",
        )
    newest = next((place for place in copies if which or has_work(chapter, place)), copies[0])
    replaced = set_aside(chapter)
    newest.rename(chapter.desk)
    return newest, replaced


@contextmanager
def assembled(chapter: Chapter) -> Iterator[Path]:
    """What is judged: a temporary copy of the learner's files, all but those they may edit as the workbook has them.

    Tests and exercise are the workbook's, with nothing beside them, and so is every conftest.py; modules that the
    learner added are kept.
    """
    desk = require(chapter)
    edit = set(chapter.exercise.edit)
    temporary = session.temporary("check")
    folder = temporary / chapter.slug
    try:
        shutil.copytree(desk, folder, ignore=leftovers.unwritten)
        for supplied in ("tests", "exercise"):
            shutil.rmtree(folder / supplied, ignore_errors=True)
        for steering in folder.rglob(FIXTURES):
            steering.unlink()
        copy_stage(chapter.folder, folder)
        put_edited(chapter, folder, edit)
        yield folder
    finally:
        later(shutil.rmtree, temporary, ignore_errors=True)


def put_edited(chapter: Chapter, folder: Path, edit: set[str]) -> None:
    """Lay the learner's version of the files `edit` over those in `folder`; one they deleted is deleted there."""
    for name in sorted(edit):
        mine, there = chapter.desk / name, folder / name
        there.unlink(missing_ok=True)
        if mine.is_file():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(mine, there)


def differences(chapter: Chapter) -> dict[str, str]:
    """The learner's copy against the stage: a unified diff of each file that differs."""
    mine = difference.texts(require(chapter), without=KEPT_BACK)
    return difference.between(difference.texts(chapter.folder, without=KEPT_BACK), mine)


def unjudged(chapter: Chapter) -> list[str]:
    """The files that the learner changed or wrote, and whose place a check takes from the chapter, sorted."""
    supplied = {
        file for file in difference.files(chapter.folder, without=KEPT_BACK) if file not in chapter.exercise.edit
    }
    mine = difference.files(require(chapter), without=KEPT_BACK)
    steering = {file for file in mine if file.startswith(OF_TESTS) or file.rpartition("/")[2] == FIXTURES}
    tests = steering.difference(chapter.exercise.edit)
    return sorted(
        file
        for file in (supplied | tests) & set(mine)
        if file not in supplied or mine[file].read_bytes() != (chapter.folder / file).read_bytes()
    )


def to_solution(chapter: Chapter) -> dict[str, str]:
    """From the learner's copy, or the stage where there is none, to the solution: a diff of each file it changes."""
    base = chapter.desk if chapter.desk.is_dir() else chapter.folder
    solved = difference.texts(chapter.solution)
    mine = {name: difference.read(base / name) for name in solved if (base / name).is_file()}
    return difference.between(mine, solved)


def shown(chapter: Chapter, place: Path) -> str:
    """A place as a person types it: relative to the course's folder, with forward slashes."""
    return place.relative_to(chapter.root).as_posix() if place.is_relative_to(chapter.root) else str(place)


def database_name(chapter: Chapter) -> str:
    """What `databases.named` calls the lasting database of the learner's copy."""
    return f"desk_{chapter.slug}"
