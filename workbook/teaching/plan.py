"""A chapter as its teacher sees it: its sections with minutes, notes, questions and what people get wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbook import notebooks
from workbook.chapters import variants
from workbook.course import Chapter
from workbook.notebooks.canonical import Cell, joined
from workbook.notebooks.lint import for_a_class
from workbook.notebooks.questions import Answer, answers
from workbook.notebooks.slides import is_section, split, title

SPOKEN = 60  # words a minute, with the pauses of who explains them
RUN, ASKED, WRITTEN = 1.0, 2.0, 5.0  # minutes: to run a cell and look at it, to vote and hear why, to write a piece

_ATTEMPT = re.compile(r"%%attempt (?P<file>\S+) (?P<tests>.+)")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Question:
    """What the class is asked before it looks, and its answers with what is said to each."""

    asks: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Attempt:
    """A piece that the class writes: the file it's for, and the tests that say when it's right."""

    file: str
    tests: str


@dataclass(frozen=True)
class Section:
    """One section of a walk; `minutes` at the pace of a class."""

    title: str
    minutes: int
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    pictures: tuple[str, ...] = ()  # their titles


@dataclass(frozen=True)
class Exercise:
    """The exercise of a chapter; `mistakes` that people make, each with the words that a check says then."""

    minutes: int
    mistakes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Plan:
    """A chapter, in the order in which it is taught."""

    chapter: Chapter
    sections: tuple[Section, ...]
    exercise: Exercise

    @property
    def minutes(self) -> int:
        return sum(section.minutes for section in self.sections)


def plan(chapter: Chapter) -> Plan:
    """The plan of a chapter, from its notebook and its `chapter.toml`. Raises `UserError` without a notebook."""
    pieces = list(split(notebooks.read(chapter.notebook)["cells"], is_section))
    minutes = shared_out(for_a_class(chapter.minutes.walk), [sum(map(_length, piece)) for piece in pieces])
    sections = [_section(piece, taken) for piece, taken in zip(pieces, minutes, strict=True)]
    wrong = [variants.read(chapter, file) for file in variants.cases(chapter, "wrong")]
    exercise = Exercise(
        for_a_class(chapter.minutes.exercise),
        tuple((one.said["mistake"], one.said["verdict"]) for one in wrong),
    )
    return Plan(chapter, tuple(sections), exercise)


def shared_out(minutes: int, lengths: Sequence[float]) -> list[int]:
    """Whole minutes for each length, in proportion; together they are `minutes`."""
    whole, passed = sum(lengths) or 1.0, 0.0
    given: list[int] = []
    for length in lengths:
        passed += length
        given.append(round(minutes * passed / whole) - sum(given))
    return given


def _length(cell: Cell) -> float:
    """About how many minutes a cell takes in class; only the proportions count."""
    source = joined(cell["source"])
    if cell["cell_type"] == "markdown":
        return len(_WORD.findall(source)) / SPOKEN + (ASKED if answers(cell) else 0.0)
    return RUN + source.count("\n") / 20 + (WRITTEN if _ATTEMPT.search(source) else 0.0)


def _section(cells: Sequence[Cell], minutes: int) -> Section:
    return Section(
        title(cells[0]) or "Opening",
        minutes,
        tuple(note for cell in cells if (note := str(cell["metadata"].get("notes", "")).strip())),
        tuple(Question(_asked(cell), tuple(given)) for cell in cells if (given := answers(cell))),
        tuple(
            Attempt(found["file"], found["tests"].strip())
            for cell in cells
            if cell["cell_type"] == "code" and (found := _ATTEMPT.match(joined(cell["source"])))
        ),
        tuple(title for cell in cells for title in _pictures(cell)),
    )


def _asked(cell: Cell) -> str:
    """The paragraph right before the answers, as one line."""
    before = joined(cell["source"]).partition("<details")[0]
    paragraphs = [one for one in before.split("\n\n") if one.strip() and not one.startswith("#")]
    return " ".join(paragraphs[-1].split()) if paragraphs else joined(cell["source"]).splitlines()[0].lstrip("# ")


def _pictures(cell: Cell) -> Iterator[str]:
    for output in cell.get("outputs", ()):
        if "image/png" in (data := output.get("data", {})):
            yield joined(data["text/plain"]).splitlines()[0]
