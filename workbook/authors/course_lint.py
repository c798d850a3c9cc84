"""Holds what the course declares to the rules of a good chapter; what cannot be read at all, `workbook.course` says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workbook.authors import chapter_files, overlays
from workbook.chapters import difference, variants
from workbook.chapters.workspace import KEPT_BACK
from workbook.course import DECLARED, OUTLINE, Chapter, Course

OBJECTIVES, HINTS = range(3, 7), range(2, 5)
SABOTAGES = 4  # at least, for a catch exercise

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
        *_declared_findings(chapter),
        *_exercise_findings(chapter),
        *_todo_findings(chapter),
        *chapter_files.findings(course, chapter),
        *overlays.findings(chapter),
    ]
    return [f"{chapter.slug}: {one}" for one in found]


def _order_findings(course: Course) -> Iterator[str]:
    for part in course.parts:
        if part not in {chapter.part for chapter in course.chapters}:
            yield f"{OUTLINE}: part {part.number}, “{part.title}”, has no chapter."
    for shelf in ("chapters", "solutions", "notebooks"):
        there = {one.stem for one in (course.root / shelf).glob("[0-9][0-9]_*")}
        yield from (f"{OUTLINE}: {shelf}/{slug} is in no part." for slug in sorted(there - course.by_slug.keys()))


def _declared_findings(chapter: Chapter) -> Iterator[str]:
    for name, minutes in (("walk", chapter.minutes.walk), ("exercise", chapter.minutes.exercise)):
        if minutes <= 0:
            yield f"the minutes of its {name} are not declared."
    if len(chapter.objectives) not in OBJECTIVES:
        yield f"it needs {OBJECTIVES[0]} to {OBJECTIVES[-1]} objectives and has {len(chapter.objectives)}."
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
    }
    for name, texts in declared.items():
        if any(chapter_files.TODO in text for text in texts):
            yield f"{DECLARED} says {chapter_files.TODO} for its {name}."


def _exercise_findings(chapter: Chapter) -> Iterator[str]:
    exercise = chapter.exercise
    if not exercise.red:
        yield "its exercise does not declare how it is red before it is solved."
    if len(exercise.hints) not in HINTS:
        yield f"it needs {HINTS[0]} to {HINTS[-1]} hints and has {len(exercise.hints)}."
    sabotages = len(variants.sabotages(chapter))
    if exercise.kind == "catch" and sabotages < SABOTAGES:
        yield f"a catch exercise has at least {SABOTAGES} sabotages, not {sabotages}."
    if exercise.kind == "build" and sabotages:
        yield "only a catch exercise has sabotages."
    if not exercise.edit:
        yield "its exercise names no file to edit."
    for place, hint in enumerate(exercise.hints, start=1):
        for line in _secrets(chapter):
            if line in " ".join(hint.split()):
                yield f"hint {place} gives a line of the solution away: {line}"


def _secrets(chapter: Chapter) -> list[str]:
    """The lines that only the solution has."""
    return sorted(line for line in _lines(chapter.solution) - _lines(chapter.folder) if len(line) > SECRET)


def _lines(folder: Path) -> set[str]:
    texts = difference.texts(folder, without=KEPT_BACK).values()
    return {" ".join(line.split()) for text in texts for line in text.split("\n")}
