"""Begins a chapter: everything is there and valid, and whatever is still to be written says so."""

from __future__ import annotations

import re
from pathlib import Path

from workbook import course, notebooks
from workbook.authors import changes_lock, skeleton
from workbook.authors.chapter_files import TODO
from workbook.chapters import difference
from workbook.chapters.changes import LOCK
from workbook.course import Chapter, Course, Part
from workbook.notebooks.canonical import Cell, Notebook
from workbook.system.errors import UserError

NAME = re.compile(r"[a-z][a-z0-9_]*")


def new(declared: Course, name: str, part_slug: str, after: str) -> Chapter:
    """Make folder, exercise and notebook of a chapter at the end of the course, and declare it in `course.toml`.

    Raises `UserError`, before anything is written, for a name, a part or a place that cannot be.
    """
    last = declared.find(after)
    part = _part(declared, part_slug, last)
    if not NAME.fullmatch(name):
        raise UserError(
            f"{name!r} cannot be a chapter's name.", "Use small letters, digits and underscores: safe_orders."
        )
    slug = f"{int(last.number) + 1:02}_{name}"
    if (declared.root / "chapters" / slug).exists():
        raise UserError(f"chapters/{slug} is there already.", "Choose another name, or take that folder away.")

    folder = declared.root / "chapters" / slug
    for path, text in _texts(last, part).items():
        _write(folder / path, text)
    toml = declared.root / "course.toml"
    _write(toml, difference.read(toml).rstrip("\n") + "\n" + _entry(slug, part, last))

    grown = course.load(declared.root)
    begun = grown.find(slug)
    begun.notebook.parent.mkdir(exist_ok=True)
    notebooks.write(begun.notebook, notebooks.canonical(_notebook(begun), slug))
    changes_lock.lock(grown)
    return begun


def _part(declared: Course, slug: str, last: Chapter) -> Part:
    if last != declared.chapters[-1]:
        raise UserError(
            f"A chapter after {last.slug} would come in between: the course ends with {declared.chapters[-1].slug}.",
            f"Begin it at the end: --after {declared.chapters[-1].number}.",
        )
    parts = {part.slug: part for part in declared.parts}
    if slug not in parts:
        raise UserError(
            f"There is no part {slug!r}.",
            f"Name one of {', '.join(parts)}; or declare it in course.toml first, as a [[part]] after the others.",
        )
    if parts[slug].number < last.part.number:
        raise UserError(
            f"The part {slug} is over.", f"The last chapter is in the part {last.part.slug}: use that, or a later one."
        )
    return parts[slug]


def _texts(last: Chapter, part: Part) -> dict[str, str]:
    """The files of the chapter: a copy of the one before it, or a bare service where a part starts."""
    if part == last.part:
        texts = difference.texts(last.folder, without=("exercise", LOCK))
        fixtures = "exercise/conftest.py"
        if (last.folder / fixtures).is_file() and fixtures not in last.exercise.edit:
            texts[fixtures] = difference.read(last.folder / fixtures)
    else:
        texts = {path.format(part=part.slug): text.format(part=part.slug) for path, text in skeleton.START.items()}
    return texts | {"exercise/test_exercise.py": skeleton.EXERCISE}


def _entry(slug: str, part: Part, last: Chapter) -> str:
    same = part == last.part
    return skeleton.ENTRY.format(
        slug=slug,
        part=part.slug,
        needs=f'"{last.slug}"' if same else "",
        databases=", ".join(f'"{one}"' for one in last.databases) if same else "",
    )


def _notebook(chapter: Chapter) -> Notebook:
    first = f'from workbook.nb import changes, chapter, green, red, show\n\nchapter("{chapter.slug}")'
    sections = [_cell(f"## {heading}\n\n{TODO}", "slide", notes=TODO) for heading in skeleton.HEADINGS]
    setup = _cell(first, "fragment") | {"cell_type": "code"}
    return {"cells": [_cell(notebooks.header(chapter), "slide", notes=TODO), setup, *sections]}


def _cell(source: str, slide: str, **metadata: str) -> Cell:
    return {
        "cell_type": "markdown",
        "metadata": {"slideshow": {"slide_type": slide}, **metadata},
        "source": source,
    }


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
