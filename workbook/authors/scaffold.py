"""Begins a chapter: everything is there and valid, and whatever is still to be written says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from workbook import course, notebooks
from workbook.authors import changes_lock, outline, skeleton
from workbook.authors.chapter_files import TODO
from workbook.chapters import difference
from workbook.chapters.changes import APART
from workbook.course import DECLARED, Chapter, Course, Part
from workbook.notebooks.canonical import Cell, Notebook
from workbook.system.errors import UserError

NAME = re.compile(r"[a-z][a-z0-9_]*")


def new(declared: Course, name: str, after: str, part: str | None = None, package: str | None = None) -> Chapter:
    """Make folder, exercise and notebook of a chapter at the end of the course, and declare it.

    It grows from the chapter `after`, or starts the app `package`. It belongs to the part of that chapter, or to the
    one named by number or title. Raises `UserError`, before anything is written, for what cannot be.
    """
    last = declared.find(after)
    chosen = _part(declared, part) if part else last.part
    _demand(declared, name, package, last, chosen)
    slug = f"{int(last.number) + 1:02}_{name}"
    for path, text in (_start(package) if package else _grown(last)).items():
        _write(declared.root / "chapters" / slug / path, text)
    notebook = declared.root / "notebooks" / f"{slug}.ipynb"
    _write(notebook, "")  # to be there, when the course is read
    names = outline.order(declared)
    names[chosen.number - 1].append(name)
    outline.write(declared, names)
    grown = course.load(declared.root)
    notebooks.write(notebook, notebooks.canonical(_notebook(grown.by_name[name])))
    changes_lock.lock(grown)
    return grown.by_name[name]


def _demand(declared: Course, name: str, package: str | None, last: Chapter, part: Part) -> None:
    """Raise `UserError` for a name or a place that cannot be."""
    for what, one in (("chapter", name), ("package", package or "app")):
        if not NAME.fullmatch(one):
            raise UserError(
                f"{one!r} cannot be a {what}'s name.", "Use small letters, digits and underscores: safe_orders."
            )
    if name in declared.by_name:
        raise UserError(f"There is a chapter {name!r} already.", "Choose another name.")
    if last != declared.chapters[-1]:
        raise UserError(
            f"A chapter after {last.slug} would come in between: the course ends with {declared.chapters[-1].slug}.",
            f"Begin it at the end: --after {declared.chapters[-1].number}.",
        )
    if part.number < last.part.number:
        raise UserError(f"Part {part.number} is over.", f"The course has come to part {last.part.number}.")
    for there in (place for shelf in ("chapters", "notebooks") for place in declared.root.glob(f"{shelf}/??_{name}*")):
        if there.stem[3:] == name:
            raise UserError(f"{there} is there already.", "Choose another name, or take that away.")


def _part(declared: Course, wanted: str) -> Part:
    for part in declared.parts:
        if wanted in (str(part.number), part.title):
            return part
    known = ", ".join(f"{part.number} ({part.title})" for part in declared.parts)
    raise UserError(f"There is no part {wanted!r}.", f"Name one of {known}; or declare it in course.toml first.")


def _grown(before: Chapter) -> dict[str, str]:
    """The files of a chapter that grows from `before`: its app and suite, and an exercise to be written."""
    texts = difference.texts(before.folder, without=APART)
    fixtures = "exercise/conftest.py"
    if (before.folder / fixtures).is_file() and fixtures not in before.exercise.edit:
        texts[fixtures] = difference.read(before.folder / fixtures)
    return texts | _unwritten(before.package, before.databases, before.name)


def _start(package: str) -> dict[str, str]:
    """The files of a chapter that starts an app: a bare service."""
    texts = {path.format(package=package): text.format(package=package) for path, text in skeleton.START.items()}
    return texts | _unwritten(package)


def _unwritten(package: str, databases: Sequence[str] = (), before: str | None = None) -> dict[str, str]:
    """What is the chapter's own, with TODO for what its author has to write; `before` names the one it grows from."""
    names = {"package": package, "grows_from": f'grows_from = "{before}"\n' if before else ""}
    lists = {"needs": [before] if before else [], "databases": databases}
    quoted = {key: ", ".join(f'"{one}"' for one in values) for key, values in lists.items()}
    return {DECLARED: skeleton.DECLARED.format(**names, **quoted), "exercise/test_exercise.py": skeleton.EXERCISE}


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
