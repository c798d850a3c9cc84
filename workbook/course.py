"""The course as it declares itself: `course.toml` has the order, each chapter's `chapter.toml` all that is its own."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Annotated, Any, Literal

from workbook.system.errors import UserError
from workbook.system.strict_toml import Key, Rule, read

OUTLINE, DECLARED = "course.toml", "chapter.toml"

Database = Literal["postgresql", "sqlite"]


def _form(pattern: str, says: str) -> Rule:
    return Rule(re.compile(pattern).fullmatch, says)


Text = Annotated[str, Rule(str.strip, "more than nothing")]
Name = Annotated[str, _form(r"[a-z][a-z0-9_]*", "small letters, digits and underscores")]
FilePath = Annotated[
    str, _form(r"(?!/)(?!(.*/)?\.\.?/)[^\\:]*[^\\:/]", "a path inside the chapter, with forward slashes")
]
Count = Annotated[int, Rule(lambda minutes: minutes >= 0, "0 or more")]
Seconds = Annotated[float, Rule(lambda seconds: 0 < seconds < inf, "more than 0 seconds")]


def root() -> Path:
    """The folder that holds `course.toml`: `WORKBOOK_ROOT`, or the checkout this package is in."""
    return Path(os.environ.get("WORKBOOK_ROOT") or Path(__file__).parents[1]).resolve()


@dataclass(frozen=True)
class Minutes:
    """For a class at a walking pace: the walk through the notebook, and the exercise."""

    walk: Count
    exercise: Count

    @property
    def total(self) -> int:
        return self.walk + self.exercise


@dataclass(frozen=True)
class Failure:
    """One test and how it must fail: `failure` stands in the message of its exception."""

    test: Annotated[
        str, Rule(re.compile(r"[\w/]+\.py::\w+(\[.+\])?").fullmatch, "a test, as in tests/test_a.py::test_b")
    ]
    failure: Text

    @property
    def file(self) -> str:
        return self.test.partition("::")[0]


@dataclass(frozen=True)
class Contract:
    """What a stage's own suite must do.

    `green`: passes every run: twice in a row on one database, shuffled, and in parallel.
    `once`: passes the first run on a fresh database; the second run fails as `second_run` says, and only so.
    """

    kind: Literal["green", "once"] = "green"
    second_run: tuple[Failure, ...] = ()


@dataclass(frozen=True)
class Allowed:
    """A failing answer that the chapter teaches, and why."""

    path: Text
    status: int
    reason: Text


@dataclass(frozen=True)
class SignUp:
    """The request that registers a user, for an app with operations that want a token."""

    path: Text
    json: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True)
class Requests:
    """What to know for requests made up from the app's own description."""

    allow: tuple[Allowed, ...] = ()
    sign_up: SignUp | None = None


@dataclass(frozen=True)
class Exercise:
    """What the learner does. `edit` names the files that are theirs; all others come from the workbook.

    `excluded` names files of the suite that a right answer may break.
    """

    kind: Literal["build", "catch"]
    task: Text
    edit: tuple[FilePath, ...]
    red: tuple[Failure, ...]
    hints: tuple[Text, ...]
    excluded: tuple[FilePath, ...] = ()


@dataclass(frozen=True)
class Part:
    """A heading over some chapters, which follow one another."""

    number: int
    title: str


@dataclass(frozen=True)
class Chapter:
    """One chapter. Its slug, number and name together, is what its folder and its notebook are called.

    The first four fields follow from `course.toml`, all others are the keys of its own `chapter.toml`.
    """

    root: Path = field(repr=False)
    number: str  # two digits: its place in the course
    name: str  # what other chapters call it; the number may change
    part: Part
    title: Text
    package: Name
    needs: tuple[Name, ...]  # names of chapters that a learner has done before
    databases: tuple[Database, ...]
    minutes: Minutes
    objectives: tuple[Text, ...]
    exercise: Exercise
    grows_from: Name | None = None  # the name of the chapter whose app this one goes on with
    timeout: Seconds = 20.0
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)  # for its app, beside DATABASE_URL
    contract: Contract = Contract()
    requests: Requests = Requests()

    @property
    def slug(self) -> str:
        return f"{self.number}_{self.name}"

    @property
    def folder(self) -> Path:
        return self.root / "chapters" / self.slug

    @property
    def notebook(self) -> Path:
        return self.root / "notebooks" / f"{self.slug}.ipynb"

    @property
    def solution(self) -> Path:
        return self.root / "solutions" / self.slug

    @property
    def desk(self) -> Path:
        return self.root / "desk" / self.slug


@dataclass(frozen=True)
class Course:
    """The whole course; the order of its chapters is the order of `course.toml`."""

    root: Path
    title: str
    parts: tuple[Part, ...]
    chapters: tuple[Chapter, ...]

    @cached_property
    def by_slug(self) -> Mapping[str, Chapter]:
        return {chapter.slug: chapter for chapter in self.chapters}

    @cached_property
    def by_name(self) -> Mapping[str, Chapter]:
        return {chapter.name: chapter for chapter in self.chapters}

    def find(self, name: str) -> Chapter:
        """The chapter that a person means by `4`, `04`, `registration`, `04_registration` or a path in its folder.

        With a name, the number doesn't count: an older notebook may have the one from before a chapter came in between.
        """
        for wanted in reversed(re.split(r"[/\\]", name.strip())):
            number = wanted.zfill(2) if wanted.isdigit() else None
            for chapter in self.chapters:
                if re.sub(r"^\d\d_", "", wanted) == chapter.name or chapter.number == number:
                    return chapter
        known = ", ".join(chapter.slug for chapter in self.chapters)
        raise UserError(f"There is no chapter {name!r}.", f"Name one of these, or its number: {known}.")

    def before(self, chapter: Chapter) -> Chapter | None:
        """The chapter that this one grew from; None where an app starts."""
        return self.by_name[chapter.grows_from] if chapter.grows_from else None

    def after(self, chapter: Chapter) -> tuple[Chapter, ...]:
        """All that grew from the chapter, and from those, in order."""
        grown = {chapter.name: chapter}
        for one in self.chapters:
            if one.grows_from in grown:
                grown[one.name] = one
        return tuple(grown.values())[1:]


@dataclass(frozen=True)
class _Part:
    title: Text
    chapters: tuple[Name, ...]


@dataclass(frozen=True)
class _Outline:
    title: Text
    part: tuple[_Part, ...]


def load(at: Path | None = None) -> Course:
    """Read the course in the folder `at` (default: `root()`); raises `UserError` where a declaration is wrong."""
    at = at or root()
    outline = read(at / OUTLINE, _Outline)
    parts = tuple(Part(number, part.title) for number, part in enumerate(outline.part, start=1))
    chapters: dict[str, Chapter] = {}
    for part, declared in zip(parts, outline.part, strict=True):
        key = Key(at / OUTLINE, f"part[{part.number}].chapters")
        for name in declared.chapters:
            if name in chapters:
                raise key.error(f"names {name!r} a second time.", "Remove one of them.")
            chapters[name] = _chapter(at, key, part, name, chapters)
    if not chapters:
        raise Key(at / OUTLINE, "part").error("names no chapter.", "Add the name of one to `chapters` of a part.")
    return Course(at, outline.title, parts, tuple(chapters.values()))


def _chapter(at: Path, key: Key, part: Part, name: str, earlier: Mapping[str, Chapter]) -> Chapter:
    number = f"{len(earlier) + 1:02}"
    folder = at / "chapters" / f"{number}_{name}"
    if not folder.is_dir():
        there = [one.name[3:] for one in folder.parent.glob("[0-9][0-9]_*") if one.name[3:] not in earlier]
        raise key.unknown(f"names {name!r}, and there is no folder {folder}.", name, there, "Or write it.")
    made = read(folder / DECLARED, Chapter, root=at, number=number, name=name, part=part)
    for way, names in (("needs", made.needs), ("grows_from", (made.grows_from,) if made.grows_from else ())):
        for one in names:
            if one not in earlier:
                raise Key(folder / DECLARED, way).unknown(
                    f"names {one!r}, which is no earlier chapter.", one, [*earlier]
                )
    _demand_files(made)
    return made


def _demand_files(chapter: Chapter) -> None:
    """Raise `UserError` where the chapter names a file that is not there, or has no notebook."""
    if not chapter.notebook.is_file():
        todo = f"Bring it back: `git checkout -- {chapter.notebook.relative_to(chapter.root).as_posix()}`."
        raise UserError(f"{chapter.notebook} is missing.", todo)
    contract, exercise = chapter.contract, chapter.exercise
    named = [("contract.second_run", one.file, "tests") for one in contract.second_run]
    named += [("exercise.excluded", file, "tests") for file in exercise.excluded]
    named += [("exercise.red", one.file, "exercise") for one in exercise.red]
    named += [("exercise.edit", file, "") for file in exercise.edit]
    for way, file, under in named:
        folders = (chapter.folder,) if under else (chapter.folder, chapter.solution)
        if not file.startswith(under) or not any((folder / file).is_file() for folder in folders):
            there = {one.relative_to(place).as_posix() for place in folders for one in (place / under).rglob("*.py")}
            said = f"names {file}, which is no file of the chapter{f' in {under}/' if under else ' or its solution'}."
            raise Key(chapter.folder / DECLARED, way).unknown(said, file, sorted(there), "Or write that file.")
