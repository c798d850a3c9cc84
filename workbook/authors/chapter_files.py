"""Holds the files of a chapter to the rules: all there, short, complete in themselves, written to the end."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from workbook.chapters import difference
from workbook.chapters.changes import FINGERPRINTS, LOCK
from workbook.course import DECLARED, Chapter, Course

LINES = 120  # an app file is read in one sitting
TODO = "TODO"  # stands where a new chapter is not written yet
BY_NUMBER = re.compile(r"\bchapters?\W{1,3}\d+", re.IGNORECASE)


def findings(course: Course, chapter: Chapter) -> Iterator[str]:
    """What is wrong with the chapter's folder, notebook and solution, as sentences."""
    yield from _missing(course, chapter)
    slugs = [one.slug for one in course.chapters]
    for path, text in difference.texts(chapter.folder, without=(LOCK, FINGERPRINTS)).items():
        lines = text.count("\n")
        if path.startswith(f"{chapter.package}/") and lines >= LINES:
            yield f"{path} has {lines} lines; an app file stays under {LINES}."
        named = BY_NUMBER.search(text)
        for name in [named[0]] if named else [slug for slug in slugs if slug in text]:
            yield f"{path} names {name!r}; a chapter's files know of no chapters."
        for name in imported(text) if path.endswith(".py") else ():
            if name.split(".")[0] in {"workbook", "chapters", *slugs}:
                yield f"{path} imports {name}; a chapter imports third-party packages and itself."
        if TODO in text and path != DECLARED:  # of which the keys are named
            yield f"{path} is still to be written ({TODO})."
    if chapter.notebook.is_file() and TODO in _sources(chapter.notebook):
        yield f"notebooks/{chapter.notebook.name} is still to be written ({TODO})."


def imported(text: str) -> list[str]:
    """The modules that a file imports, in order; none where it is not valid Python (a run says that better)."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return []
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append("." * node.level + (node.module or ""))
    return names


def _missing(course: Course, chapter: Chapter) -> Iterator[str]:
    needed = {
        "its solution": chapter.solution,
        "its pyproject.toml": chapter.folder / "pyproject.toml",
        f"its package {chapter.package}": chapter.folder / chapter.package / "__init__.py",
        "its suite": chapter.folder / "tests",
        "its exercise": chapter.folder / "exercise" / "test_exercise.py",
    }
    for name, path in needed.items():
        if not path.exists():
            yield f"{name} is missing: {path.relative_to(course.root).as_posix()}."


def _sources(notebook: Path) -> str:
    try:
        cells = json.loads(difference.read(notebook))["cells"]
        return "\n".join("".join(cell["source"]) + str(cell["metadata"].get("notes", "")) for cell in cells)
    except (ValueError, KeyError, TypeError):
        return ""  # the notebooks' own checks say what is wrong with it
