"""How far a carry has come, kept in a file while a person mends what did not fit."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from workbook.authors.git import Change
from workbook.course import Course
from workbook.system.errors import UserError
from workbook.system.state_files import StateFile


@dataclass(frozen=True)
class Step:
    """One file of one link. A link is a chapter's folder or an overlay of it, relative to the course, with slashes.

    `optional` marks the exercise of another chapter, which may be an altogether different one.
    """

    link: str
    file: str
    overlay: bool
    optional: bool

    @property
    def path(self) -> str:
        return f"{self.link}/{self.file}"


@dataclass
class Progress:
    """How far a carry has come; kept in a file while a person mends what did not fit.

    `flow` is the change of each file as the next link gets it: the one that the last chapter took, because that is
    the closest relative. It is None where the change has ended. `wrote` is what an abort takes back. `misfit` is
    True where a person mends the first file of `todo`, whose text was `text`.
    """

    chapter: str
    todo: list[Step]
    flow: dict[str, Change | None]
    wrote: dict[str, Change] = field(default_factory=dict)
    misfit: bool = False
    text: str | None = None


def exists(course: Course) -> bool:
    return _state.read(course.root) is not None


def save(course: Course, state: Progress) -> None:
    """Keep the state; whoever reads it meanwhile gets the old one or the new one whole."""
    _state.write(course.root, json.dumps(asdict(state), indent=1))


def load(course: Course) -> Progress:
    """The state of the carry that is under way; raises `UserError` where none is."""
    if state := _state.read(course.root):
        return state
    raise UserError("No carry is under way.", "Start one: `workbook dev carry NN`, with the number of a chapter.")


def forget(course: Course) -> None:
    _state.file(course.root).unlink(missing_ok=True)


def _progress(text: str) -> Progress:
    data: dict[str, Any] = json.loads(text)
    return Progress(
        chapter=data["chapter"],
        todo=[Step(**step) for step in data["todo"]],
        flow={file: Change(**change) if change else None for file, change in data["flow"].items()},
        wrote={path: Change(**change) for path, change in data["wrote"].items()},
        misfit=data["misfit"],
        text=data["text"],
    )


_state = StateFile(".workbook/carry.json", "How far your carry came", _progress)
