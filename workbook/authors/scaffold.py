"""Begins a chapter: everything is there and valid, and whatever is still to be written says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from workbook import course, notebooks
from workbook.authors import outline, skeleton
from workbook.authors.chapter_files import TODO
from workbook.authors.renumbering import inserted, rearrange, settle
from workbook.chapters import difference
from workbook.chapters.changes import APART
from workbook.course import DECLARED, Chapter, Course, Database
from workbook.notebooks.canonical import Cell, Notebook
from workbook.system.errors import UserError

NAME = re.compile(r"[a-z][a-z0-9_]*")


def new(
    declared: Course,
    name: str,
    after: str,
    part: str | None = None,
    package: str | None = None,
    databases: Sequence[str] = (),
) -> Chapter:
    """Make folder, exercise and notebook of a chapter, and declare it where it belongs.

    It follows the chapter `after`, in its part or the one named by number or title. It grows from that chapter, or
    starts the app `package`; `databases` are those it is about, by default those of the chapter that it grows from.
    Raises `UserError`, before anything is written, for what cannot be.
    """
    follows = declared.find(after)
    order = inserted(outline.order(declared), name, follows, outline.part(declared, part) or follows.part)
    _demand(declared, name, package, databases)
    slug = f"{[one for names in order for one in names].index(name) + 1:02}_{name}"
    texts = _start(package, databases) if package else _grown(follows, databases or follows.databases)
    for path, text in texts.items():
        _write(declared.root / "chapters" / slug / path, text)
    notebook = declared.root / "notebooks" / f"{slug}.ipynb"
    _write(notebook, "")  # to be there, when the course is read
    rearrange(declared, order)
    chapter = course.load(declared.root).by_name[name]
    notebooks.write(notebook, notebooks.canonical(_notebook(chapter)))
    return settle(declared.root).by_name[name]


def _demand(declared: Course, name: str, package: str | None, databases: Sequence[str]) -> None:
    """Raise `UserError` for a name that cannot be, or a kind of database that there isn't."""
    for what, one in (("chapter", name), ("package", package or "app")):
        if not NAME.fullmatch(one):
            raise UserError(
                f"{one!r} cannot be a {what}'s name.", "Use small letters, digits and underscores: safe_orders."
            )
    if name in declared.by_name:
        raise UserError(f"There is a chapter {name!r} already.", "Choose another name.")
    for there in (place for shelf in ("chapters", "notebooks") for place in declared.root.glob(f"{shelf}/??_{name}*")):
        if there.stem[3:] == name:
            raise UserError(f"{there} is there already.", "Choose another name, or take that away.")
    if unknown := sorted(set(databases) - set(get_args(Database))):
        raise UserError(f"There is no database {unknown[0]!r} here.", f"Name {' or '.join(get_args(Database))}.")


def _grown(before: Chapter, databases: Sequence[str]) -> dict[str, str]:
    """The files of a chapter that grows from `before`: its app and suite, and an exercise to be written."""
    texts = difference.texts(before.folder, without=APART)
    fixtures = "exercise/conftest.py"
    if (before.folder / fixtures).is_file() and fixtures not in before.exercise.edit:
        texts[fixtures] = difference.read(before.folder / fixtures)
    return texts | _unwritten(before.package, databases, before)


def _start(package: str, databases: Sequence[str]) -> dict[str, str]:
    """The files of a chapter that starts an app: a bare service, and a way to its database where it has one."""
    files = skeleton.START | (skeleton.WITH_DATABASE if databases else {})
    driver = '"psycopg2-binary", ' if "postgresql" in databases else ""
    texts = {
        path.replace("{package}", package): text.replace("{package}", package).replace("{driver}", driver)
        for path, text in files.items()
    }
    return texts | _unwritten(package, databases)


def _unwritten(package: str, databases: Sequence[str], before: Chapter | None = None) -> dict[str, str]:
    """What is the chapter's own, with TODO for what its author has to write; `before` is the one it grows from."""
    needs = [before.name] if before else []
    quoted = {
        key: ", ".join(f'"{one}"' for one in values) for key, values in (("needs", needs), ("databases", databases))
    }
    declared = skeleton.DECLARED.format(
        package=package,
        grows_from=f'grows_from = "{before.name}"\n' if before else "",
        inherited=inherited(difference.read(before.folder / DECLARED)) if before else "",
        **quoted,
    )
    return {DECLARED: declared, "exercise/test_exercise.py": skeleton.EXERCISE}


def inherited(declared: str) -> str:
    """What a chapter.toml says of how the app is run: its timeout, environment and requests, as written there."""
    head, *sections = re.split(r"^(?=\[)", declared, flags=re.MULTILINE)
    own = re.findall(r"^(?:timeout|environment)\b.*\n", head, re.MULTILINE)
    named = [one.rstrip("\n") + "\n" for one in sections if re.match(r"\[\[?(environment|requests)\b", one)]
    return "".join(own) + "".join(f"\n{one}" for one in named)


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
