"""What README, notebooks, hints and exercises name is there, and every command is documented."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import doc_commands
import doc_names
import pytest
import typer
from doc_names import World
from doc_text import Prose

from workbook import course

ROOT = Path(__file__).parents[2]
COURSE = course.load(ROOT)
PAGES = ("README.md", "MAINTAINING.md")

each_page = pytest.mark.parametrize("name", PAGES)
each_chapter = pytest.mark.parametrize("chapter", COURSE.chapters, ids=lambda chapter: chapter.slug)


def page(name: str) -> Prose:
    return Prose(name, (ROOT / name).read_text(encoding="utf-8"))


@cache
def command() -> doc_commands.Command:
    from workbook.cli import app

    return typer.main.get_command(app)


@cache
def repository() -> World:
    """All that a page may name: the checkout, and the files inside its chapters."""
    return World(ROOT, (ROOT, *(chapter.folder for chapter in COURSE.chapters)))


@cache
def cells(notebook: Path, kind: str) -> tuple[str, ...]:
    found = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return tuple("".join(cell["source"]) for cell in found if cell["cell_type"] == kind)


@cache
def world(chapter: course.Chapter) -> World:
    """All that a chapter's prose may name: its files, its solution's, those of the checkout, its notebook's code."""
    before = COURSE.before(chapter)
    folders = [chapter.folder, chapter.solution, *([before.folder] if before else [])]
    helpers = [ROOT / "workbook" / "nb", ROOT / "workbook" / "pictures"]
    return World(ROOT, (*folders, *helpers), cells(chapter.notebook, "code"))


def lesson(chapter: course.Chapter) -> Iterator[Prose]:
    """Everything that a learner reads in one chapter, beside the code."""
    for place, text in enumerate(cells(chapter.notebook, "markdown"), start=1):
        yield Prose(f"{chapter.notebook.name}, text {place}", text)
    yield Prose(f"{chapter.slug}, task", chapter.exercise.task)
    for place, hint in enumerate(chapter.exercise.hints, start=1):
        yield Prose(f"{chapter.slug}, hint {place}", hint)
    for file in sorted((chapter.folder / "exercise").glob("*.py")):
        for docstring in docstrings(file.read_text(encoding="utf-8")):
            yield Prose(f"{chapter.slug}/exercise/{file.name}", docstring)


def docstrings(source: str) -> list[str]:
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = [ast.get_docstring(node) for node in ast.walk(ast.parse(source)) if isinstance(node, owners)]
    return [text for text in found if text]


@each_page
def test_page_names_paths_that_exist(name: str) -> None:
    """Every path in backticks is in the repository or in a chapter."""
    assert list(doc_names.path_findings(page(name), repository())) == []


@each_page
def test_page_names_symbols_that_exist(name: str) -> None:
    """Every symbol in backticks occurs in the code."""
    assert list(doc_names.name_findings(page(name), repository())) == []


@each_page
def test_page_calls_commands_that_exist(name: str) -> None:
    """Every command on the page is one that the real command accepts."""
    assert list(doc_commands.command_findings(page(name), command())) == []


@each_page
def test_page_links_lead_somewhere(name: str) -> None:
    """Every relative link and every anchor has its target."""
    assert list(doc_names.link_findings(page(name), ROOT / name)) == []


def test_pages_document_every_command() -> None:
    """No command is left for people to find by chance."""
    assert doc_commands.undocumented(command(), [page(name) for name in PAGES]) == []


@each_chapter
def test_lesson_names_paths_that_exist(chapter: course.Chapter) -> None:
    """Every path in the notebook, the hints and the exercise is in the chapter or in its solution."""
    assert [finding for prose in lesson(chapter) for finding in doc_names.path_findings(prose, world(chapter))] == []


@each_chapter
def test_lesson_names_symbols_that_exist(chapter: course.Chapter) -> None:
    """Every symbol in the notebook, the hints and the exercise occurs in the chapter's code."""
    assert [finding for prose in lesson(chapter) for finding in doc_names.name_findings(prose, world(chapter))] == []


@each_chapter
def test_lesson_calls_commands_that_exist(chapter: course.Chapter) -> None:
    """Every command in the notebook and the hints is one that the real command accepts."""
    assert [finding for prose in lesson(chapter) for finding in doc_commands.command_findings(prose, command())] == []


@each_chapter
def test_lesson_links_lead_somewhere(chapter: course.Chapter) -> None:
    """Every relative link and picture in the notebook has its target."""
    assert [one for prose in lesson(chapter) for one in doc_names.link_findings(prose, chapter.notebook)] == []


def messages() -> Iterator[Prose]:
    """What the command says to people: the texts in the workbook's own source, with NN for what is filled in."""
    for file in sorted((ROOT / "workbook").rglob("*.py")):
        yield from (Prose(file.name, text) for text in texts(ast.parse(file.read_text(encoding="utf-8"))))


def texts(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.JoinedStr(values=values):
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "NN" for one in values)
        case ast.Constant(value=str(text)):
            yield text
        case _:
            for child in ast.iter_child_nodes(node):
                yield from texts(child)


def test_messages_name_commands_that_exist() -> None:
    """Where the command tells people what to run next, it can be run."""
    assert [finding for prose in messages() for finding in doc_commands.command_findings(prose, command())] == []
