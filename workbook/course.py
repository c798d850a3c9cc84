"""The course as `course.toml` declares it: parts, chapters, contracts, exercises."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from workbook.system.errors import UserError

Database = Literal["postgresql", "sqlite"]


def root() -> Path:
    """The folder that holds `course.toml`: `WORKBOOK_ROOT`, or the checkout this package is in."""
    return Path(os.environ.get("WORKBOOK_ROOT") or Path(__file__).parents[1]).resolve()


@dataclass(frozen=True)
class Failure:
    """One test and how it must fail: `failure` stands in the message of its exception."""

    test: str
    failure: str


@dataclass(frozen=True)
class Contract:
    """What a stage's own suite must do.

    `green`: passes every run: twice in a row on one database, shuffled, and in parallel.
    `once`: passes the first run on a fresh database; the second run fails as `second_run` says, and only so.
    """

    kind: Literal["green", "once"] = "green"
    second_run: tuple[Failure, ...] = ()


@dataclass(frozen=True)
class Sabotage:
    """A broken copy of the app that the learner's test must catch; `defect` says it in a sentence."""

    slug: str
    defect: str


@dataclass(frozen=True)
class Exercise:
    """What the learner does. `edit` names the files that are theirs; all others come from the workbook."""

    kind: Literal["build", "catch"]
    task: str
    edit: tuple[str, ...]
    red: tuple[Failure, ...]
    hints: tuple[str, ...]
    sabotage: tuple[Sabotage, ...] = ()


@dataclass(frozen=True)
class Part:
    """A run of chapters that grow one app, the package `slug`."""

    slug: str
    number: int
    title: str


@dataclass(frozen=True)
class Chapter:
    """One chapter; its slug is the name of its folder and of its notebook."""

    root: Path = field(repr=False)
    slug: str
    title: str
    part: Part
    needs: tuple[str, ...]
    walk: int
    practice: int
    objectives: tuple[str, ...]
    databases: tuple[Database, ...]
    timeout: float
    contract: Contract
    exercise: Exercise
    settings: tuple[tuple[str, str], ...] = ()  # what its app needs in the environment beside DATABASE_URL

    @property
    def number(self) -> str:
        """The two digits that its slug starts with."""
        return self.slug[:2]

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

    def sabotage(self, slug: str) -> Path:
        """The folder with the files that one sabotaged copy replaces."""
        return self.folder / "exercise" / "sabotage" / slug


@dataclass(frozen=True)
class Course:
    """The whole of `course.toml`; the order of its chapters is the course."""

    root: Path
    title: str
    parts: tuple[Part, ...]
    chapters: tuple[Chapter, ...]

    @cached_property
    def by_slug(self) -> Mapping[str, Chapter]:
        return {chapter.slug: chapter for chapter in self.chapters}

    def find(self, name: str) -> Chapter:
        """The chapter that a person means by `4`, `04` or `04_registration`."""
        wanted = name.strip().strip("/")
        number = wanted.zfill(2) if wanted.isdigit() else None
        for chapter in self.chapters:
            if chapter.slug == wanted or chapter.number == number:
                return chapter
        known = ", ".join(chapter.slug for chapter in self.chapters)
        raise UserError(f"There is no chapter {name!r}.", f"Name one of these, or its number: {known}.")

    def before(self, chapter: Chapter) -> Chapter | None:
        """The chapter that this one grew out of; None where a part starts."""
        mates = [one for one in self.chapters if one.part == chapter.part]
        place = mates.index(chapter)
        return mates[place - 1] if place else None

    def after(self, chapter: Chapter) -> tuple[Chapter, ...]:
        """The later chapters of the same part, in order."""
        mates = [one for one in self.chapters if one.part == chapter.part]
        return tuple(mates[mates.index(chapter) + 1 :])


def load(at: Path | None = None) -> Course:
    """Read `course.toml` in the folder `at` (default: `root()`); raises `UserError` where it is wrong."""
    at = at or root()
    file = at / "course.toml"
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        return _course(at, data)
    except FileNotFoundError:
        raise UserError(f"{file} is missing.", "Run the command inside a clone of the workbook.") from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{file} is not valid TOML: {error}.", "Mend that line.") from None
    except (KeyError, TypeError) as error:
        raise UserError(
            f"{file} does not declare what it must: {error}.", "Compare with a neighbouring entry."
        ) from None


def _course(at: Path, data: dict[str, Any]) -> Course:
    parts = {
        entry["slug"]: Part(entry["slug"], number, entry["title"]) for number, entry in enumerate(data["part"], start=1)
    }
    chapters = tuple(_chapter(at, parts, entry) for entry in data["chapter"])
    return Course(root=at, title=data["title"], parts=tuple(parts.values()), chapters=chapters)


def _chapter(at: Path, parts: Mapping[str, Part], entry: dict[str, Any]) -> Chapter:
    try:
        contract, exercise = entry.get("contract", {}), entry["exercise"]
        return Chapter(
            root=at,
            slug=entry["slug"],
            title=entry["title"],
            part=parts[entry["part"]],
            needs=tuple(entry["needs"]),
            walk=entry["minutes"]["walk"],
            practice=entry["minutes"]["exercise"],
            objectives=tuple(entry["objectives"]),
            databases=tuple(entry["databases"]),
            timeout=float(entry.get("timeout", 20)),
            contract=Contract(contract.get("kind", "green"), _failures(contract.get("second_run", []))),
            exercise=Exercise(
                kind=exercise["kind"],
                task=exercise["task"],
                edit=tuple(exercise["edit"]),
                red=_failures(exercise["red"]),
                hints=tuple(exercise["hints"]),
                sabotage=tuple(Sabotage(**one) for one in exercise.get("sabotage", [])),
            ),
            settings=tuple(entry.get("environment", {}).items()),
        )
    except KeyError as error:
        raise KeyError(f"{error} of chapter {entry.get('slug', '?')}") from None


def _failures(entries: list[dict[str, str]]) -> tuple[Failure, ...]:
    return tuple(Failure(**entry) for entry in entries)
