"""A chapter that changed since its copy was opened: noticed, and the change carried into the learner's files."""

from __future__ import annotations

import shutil
from contextlib import suppress
from difflib import SequenceMatcher
from pathlib import Path

from workbook.chapters import difference, released
from workbook.course import Chapter
from workbook.system import files, state_files
from workbook.system.errors import UserError

OPENED = Path(".workbook") / "opened"  # the chapter's files as they were when the copy was made

Change = tuple[int, int, list[str]]  # lines from … to … of the base, and what takes their place


def remember(chapter: Chapter) -> None:
    """Keep the files that the learner edits as the chapter has them now."""
    base = _base(chapter)
    shutil.rmtree(base, ignore_errors=True)
    with suppress(OSError, UserError):  # without them a change of the chapter is not noticed, and nothing else is lost
        for path in chapter.exercise.edit:
            if (chapter.folder / path).is_file():
                state_files.folder((base / path).parent)
                files.write(base / path, difference.read(chapter.folder / path))


def found(chapter: Chapter) -> list[str]:
    """The files that the learner edits and that the chapter has changed since, sorted."""
    behind = [path for path in sorted(chapter.exercise.edit) if _is_behind(chapter, path)]
    edited = released.edited(chapter) if behind else []
    return [path for path in behind if path not in edited]


def carry(chapter: Chapter) -> tuple[list[str], list[str]]:
    """Make the chapter's changes in the learner's files; returns those that took them, and those that could not.

    A file in which both changed the same lines stays as it is.
    """
    carried, conflicting = [], []
    for path in found(chapter):
        base, mine, new = (difference.read(place / path) for place in (_base(chapter), chapter.desk, chapter.folder))
        text = merged(base, mine, new)
        if text is None:
            conflicting.append(path)
            continue
        files.write(chapter.desk / path, text)
        files.write(_base(chapter) / path, new)
        carried.append(path)
    return carried, conflicting


def merged(base: str, mine: str, new: str) -> str | None:
    """`mine` with what changed from `base` to `new`; None where both changed the same lines, or neighbouring ones."""
    lines, own = difference.lines(base), _changes(base, mine)
    theirs = [one for one in _changes(base, new) if one not in own]
    if any(a[0] <= b[1] and b[0] <= a[1] for a in own for b in theirs):
        return None
    result, at = list[str](), 0
    for begin, end, put in sorted([*own, *theirs]):
        result += [*lines[at:begin], *put]
        at = end
    return "".join([*result, *lines[at:]])


def _changes(before: str, after: str) -> list[Change]:
    old, new = difference.lines(before), difference.lines(after)
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(i1, i2, new[j1:j2]) for kind, i1, i2, j1, j2 in codes if kind != "equal"]


def _is_behind(chapter: Chapter, path: str) -> bool:
    base, new, mine = _base(chapter) / path, chapter.folder / path, chapter.desk / path
    if not (base.is_file() and new.is_file() and mine.is_file()):
        return False
    return difference.read(base) != difference.read(new) != difference.read(mine)


def _base(chapter: Chapter) -> Path:
    return chapter.root / OPENED / chapter.name
