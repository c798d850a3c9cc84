"""Remembers where the learner is, in one small file beside their work, written whole or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from workbook.course import Chapter, Course
from workbook.system import notices, state_files
from workbook.system.lock import exclusive
from workbook.system.state_files import StateFile, UnreadableError

WAITING = "Waiting for another command, which is writing down your progress …"


@dataclass
class Entry:
    """One chapter: opened, exercise solved, hints read, solution asked for before it was solved."""

    started: bool = False
    done: bool = False
    hints: int = 0
    gave_up: bool = False


@dataclass
class Progress:
    """What is remembered of a course, by the names of chapters. `current` is the one that was last worked on."""

    current: str = ""
    chapters: dict[str, Entry] = field(default_factory=dict)

    def of(self, chapter: Chapter) -> Entry:
        """The chapter's entry, made when there is none. An open desk copy counts as started."""
        entry = self.chapters.setdefault(chapter.name, Entry())
        entry.started = entry.started or chapter.desk.is_dir()
        return entry

    def missing(self, course: Course, chapter: Chapter) -> list[Chapter]:
        """The chapters that it needs and that are not done."""
        return [course.by_name[name] for name in chapter.needs if not self.chapters.get(name, Entry()).done]


def load(root: Path) -> Progress:
    """What is remembered below `root`; nothing where there is no file, or none that can be read, which is told."""
    return _state.read_or_tell(root) or Progress()


@contextmanager
def changed(root: Path) -> Iterator[Progress]:
    """Read, let the block change it, and write; other processes wait. Writes nothing when the block raises.

    Where the file cannot be read or written it stays as it is, and that is told: no lesson waits for it.
    """
    file = root / FILE
    with ExitStack() as held:
        try:
            state_files.folder(file.parent)
            held.enter_context(exclusive(file.with_name(".progress.lock"), WAITING))
            progress = _state.read(root) or Progress()
        except UnreadableError as error:
            notices.tell(f"{error.what} {error.todo}")
            yield Progress()
            return
        before = _text(progress)
        yield progress
        if (text := _text(progress)) != before or not file.exists():
            _state.write_or_tell(root, text)


def next_chapter(course: Course) -> Chapter | None:
    """The first chapter that is not done; None when all are."""
    progress = load(course.root)
    return next((chapter for chapter in course.chapters if not progress.of(chapter).done), None)


def last(course: Course) -> Chapter:
    """The chapter opened or checked last; before there is one, the next one."""
    progress = load(course.root)
    current = course.by_name.get(progress.current)
    if current is not None and progress.of(current).started:
        return current
    return next_chapter(course) or course.chapters[-1]


def here(course: Course) -> Chapter | None:
    """Where the learner goes on: the chapter last worked on while it is not done, else the next; None at the end."""
    current = last(course)
    return next_chapter(course) if load(course.root).of(current).done else current


def _progress(text: str) -> Progress:
    data = json.loads(text)
    known = {one.name for one in fields(Entry)}
    chapters: dict[str, Entry] = {}
    for key, entry in data["chapters"].items():
        chapters[_name(key)] = Entry(**{name: _typed(value, name) for name, value in entry.items() if name in known})
    return Progress(current=_name(data.get("current", "")), chapters=chapters)


def _name(key: object) -> str:
    """The chapter's name, before which older files have its number."""
    return re.sub(r"^\d\d_", "", str(key))


def _typed(value: Any, name: str) -> Any:
    """The value, when it has the type of the entry's field."""
    if type(value) is not type(getattr(Entry(), name)) or value < 0:
        raise TypeError(f"{name} cannot be {value!r}")
    return value


def _text(progress: Progress) -> str:
    chapters: Mapping[str, dict[str, Any]] = {
        name: asdict(entry) for name, entry in sorted(progress.chapters.items()) if entry != Entry()
    }
    return json.dumps({"current": progress.current, "chapters": chapters}, indent=2) + "\n"


_state = StateFile("desk/progress.json", "Your progress", _progress)
FILE = Path(_state.place)
