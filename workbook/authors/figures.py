"""Holds the figures in a notebook's prose to what a cell printed, or to what stands in the chapter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from workbook.authors.prose import plain
from workbook.chapters import difference
from workbook.course import DECLARED, Chapter, Course
from workbook.notebooks import header, read
from workbook.notebooks.canonical import joined
from workbook.notebooks.questions import claims

NUMBER = re.compile(r"\d+(?:[,.]\d+)*")
FIGURE = re.compile(rf"(?<![\w.:]){NUMBER.pattern}(?!\w*\d)(?!:\d|\s?[ap]\.m\.)")  # the time of day is no figure
VERSION = re.compile(r"==(\d+)\.(\d+)(\.\d+)?")  # of a package; prose says the first numbers of it
CONTEXT = 30  # characters shown on either side of a figure


def findings(course: Course, chapter: Chapter) -> list[str]:
    """The figures in the chapter's notebook that nothing bears out, each with the words around it."""
    cells = read(chapter.notebook)["cells"]
    borne_out = set(evidence(course, chapter, cells))
    return [
        f'{chapter.notebook.name}: {figure} in "…{around}…" was printed by no cell and stands nowhere in the chapter.'
        for cell in cells
        if cell["cell_type"] == "markdown"
        for figure, around in figures(plain(claims(cell)))
        if normal(figure) not in borne_out
    ]


def figures(text: str) -> Iterator[tuple[str, str]]:
    """Every number in a text, with what stands around it."""
    line = " ".join(text.split())
    for found in FIGURE.finditer(line):
        yield found[0], line[max(0, found.start() - CONTEXT) : found.end() + CONTEXT]


def evidence(course: Course, chapter: Chapter, cells: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Every figure that may be said: declared, in the chapter's files, in a cell, or in what a cell printed."""
    exercise = chapter.exercise
    declared = [chapter.timeout, len(exercise.red), len(exercise.sabotage)]
    texts = [header(chapter), " ".join(str(one) for one in declared), *(one.number for one in course.chapters)]
    for folder in (chapter.folder, chapter.solution):
        texts += difference.texts(folder, without=(DECLARED,)).values()
    for cell in cells:
        if cell["cell_type"] == "code":
            texts += [joined(cell["source"]), *printed(cell)]
    for text in texts:
        yield from (normal(found) for found in NUMBER.findall(text))
    pinned = course.root / "requirements.txt"
    for major, minor, patch in VERSION.findall(difference.read(pinned) if pinned.is_file() else ""):
        yield from (major, normal(f"{major}.{minor}"), f"{major}.{minor}{patch}")


def printed(cell: dict[str, Any]) -> Iterator[str]:
    """The texts among the outputs of a cell; the text beside a picture is what the picture says."""
    for output in cell["outputs"]:
        for text in (output.get("text"), output.get("data", {}).get("text/plain"), output.get("evalue")):
            if text:
                yield joined(text)


def normal(figure: str) -> str:
    """1,000 and 1000, 05 and 5, 2.50 and 2.5 are the same figure."""
    digits = re.sub(r",(?=\d{3})", "", figure)
    whole, point, rest = digits.partition(".")
    rest = rest.rstrip("0") if rest.isdigit() else rest
    return f"{whole.lstrip('0') or '0'}{point if rest else ''}{rest}"
