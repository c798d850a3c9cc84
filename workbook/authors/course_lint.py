"""Holds what `course.toml` declares to the rules of the course."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from workbook.authors import chapter_files, overlays
from workbook.chapters import difference
from workbook.course import Chapter, Course, Database

OBJECTIVES, HINTS = range(3, 7), range(2, 5)
SABOTAGES = 4  # at least, for a catch exercise
DATABASES = set(get_args(Database))
SLUG = re.compile(r"\d\d_[a-z][a-z0-9_]*")

# A line of the solution that is as short as this is nobody's secret: `try:`, `return None`.
SECRET = 12


def findings(course: Course) -> list[str]:
    """What is wrong with the course as declared and as it lies there, a sentence each; empty when all is well.

    Reads files and runs nothing: whether a suite is green is a question for `workbook.authors.stages`.
    """
    return [
        *_order_findings(course),
        *(one for chapter in course.chapters for one in chapter_findings(course, chapter)),
    ]


def chapter_findings(course: Course, chapter: Chapter) -> list[str]:
    """The same for one chapter, each sentence with its slug in front."""
    found = [
        *_declared_findings(course, chapter),
        *_exercise_findings(chapter),
        *_todo_findings(chapter),
        *chapter_files.findings(course, chapter),
        *overlays.findings(chapter),
    ]
    return [f"{chapter.slug}: {one}" for one in found]


def _order_findings(course: Course) -> Iterator[str]:
    numbers = [chapter.number for chapter in course.chapters]
    wanted = [f"{number:02}" for number in range(1, len(numbers) + 1)]
    if numbers != wanted:
        yield f"course.toml: the chapters are numbered {' '.join(numbers)}; without a gap it is {' '.join(wanted)}."
    order = [chapter.part.number for chapter in course.chapters]
    if order != sorted(order):
        yield "course.toml: the chapters of a part must follow one another, in the order of the parts."
    for part in course.parts:
        if part not in {chapter.part for chapter in course.chapters}:
            yield f"course.toml: the part {part.slug} has no chapter."


def _declared_findings(course: Course, chapter: Chapter) -> Iterator[str]:
    if not SLUG.fullmatch(chapter.slug):
        yield "its slug must be two digits, an underscore, and a name in small letters."
    earlier = {one.slug for one in course.chapters[: course.chapters.index(chapter)]}
    for need in chapter.needs:
        if need not in earlier:
            yield f"it needs {need}, which is not an earlier chapter."
    for name, minutes in (("walk", chapter.walk), ("exercise", chapter.practice)):
        if minutes <= 0:
            yield f"the minutes of its {name} are not declared."
    if len(chapter.objectives) not in OBJECTIVES:
        yield f"it needs {OBJECTIVES[0]} to {OBJECTIVES[-1]} objectives and has {len(chapter.objectives)}."
    for database in chapter.databases:
        if database not in DATABASES:
            yield f"its database {database!r} is none of {', '.join(sorted(DATABASES))}."
    if chapter.timeout <= 0:
        yield "its timeout must be more than 0 seconds."
    if chapter.contract.kind not in ("green", "once"):
        yield f"its contract is {chapter.contract.kind!r}, not green or once."
    if (chapter.contract.kind == "once") != bool(chapter.contract.second_run):
        yield "a contract of the kind once, and only that, says how the second run fails."


def _todo_findings(chapter: Chapter) -> Iterator[str]:
    exercise = chapter.exercise
    declared = {
        "title": [chapter.title],
        "objectives": chapter.objectives,
        "task": [exercise.task],
        "hints": exercise.hints,
        "red": [text for one in exercise.red for text in (one.test, one.failure)],
        "sabotage": [one.defect for one in exercise.sabotage],
    }
    for name, texts in declared.items():
        if any(chapter_files.TODO in text for text in texts):
            yield f"course.toml says {chapter_files.TODO} for its {name}."


def _exercise_findings(chapter: Chapter) -> Iterator[str]:
    exercise = chapter.exercise
    if exercise.kind not in ("build", "catch"):
        yield f"its exercise is {exercise.kind!r}, not build or catch."
    if not exercise.red:
        yield "its exercise does not declare how it is red before it is solved."
    for failure in exercise.red:
        if not failure.test.startswith("exercise/") or not failure.failure.strip():
            yield f"the red of {failure.test} needs a test under exercise/ and the text of its failure."
    if len(exercise.hints) not in HINTS:
        yield f"it needs {HINTS[0]} to {HINTS[-1]} hints and has {len(exercise.hints)}."
    if exercise.kind == "catch" and len(exercise.sabotage) < SABOTAGES:
        yield f"a catch exercise has at least {SABOTAGES} sabotaged copies, not {len(exercise.sabotage)}."
    if exercise.kind == "build" and exercise.sabotage:
        yield "only a catch exercise has sabotaged copies."
    if not exercise.edit:
        yield "its exercise names no file to edit."
    for file in exercise.edit:
        if not (chapter.folder / file).is_file() and not (chapter.solution / file).is_file():
            yield f"{file}, which the exercise edits, is neither in the chapter nor in the solution."
    for place, hint in enumerate(exercise.hints, start=1):
        for line in _secrets(chapter):
            if line in " ".join(hint.split()):
                yield f"hint {place} gives a line of the solution away: {line}"


def _secrets(chapter: Chapter) -> list[str]:
    """The lines that only the solution has."""
    known = {line for text in difference.texts(chapter.folder).values() for line in _squeezed(text)}
    lines = {line for text in difference.texts(chapter.solution).values() for line in _squeezed(text)}
    return sorted(line for line in lines - known if len(line) > SECRET)


def _squeezed(text: str) -> Iterator[str]:
    return (" ".join(line.split()) for line in text.split("\n"))
