"""What learners read can be read, and each figure in it was printed by a cell or stands in the chapter."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer
from toys import Toy
from typer.testing import CliRunner

from workbook import course
from workbook.authors import figures, prose
from workbook.authors.prose import Page
from workbook.commands import dev
from workbook.course import Chapter

ROOT = Path(__file__).parents[2]
COURSE = course.load(ROOT)


@pytest.mark.parametrize("page", prose.pages(COURSE), ids=lambda page: re.sub(r"\W+", "-", page.name))
def test_prose_can_be_read(page: Page) -> None:
    """Sentences are short, words are plain, and reading leaves most of the minutes for doing."""
    assert list(page.findings()) == []


@pytest.mark.parametrize("chapter", COURSE.chapters, ids=lambda chapter: chapter.slug)
def test_prose_has_figures_from_the_chapter_only(chapter: Chapter) -> None:
    """No number in a notebook's text is from memory."""
    assert figures.findings(COURSE, chapter) == []


def test_readme_counts_the_packages() -> None:
    """The README's number of packages is right to one part in ten."""
    (said,) = re.findall(r"about (\d+) packages", (ROOT / "README.md").read_text(encoding="utf-8"))
    pins = re.findall(r"^[\w.-]+(?:\[.*\])?==", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)

    assert int(said) == pytest.approx(len(pins), rel=0.1)


def test_readme_names_the_oldest_python() -> None:
    """The README asks for the Python that pyproject.toml asks for."""
    (said,) = re.findall(r"need Python ([\d.]+) or newer", (ROOT / "README.md").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["requires-python"] == f">={said}"


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("One two. Three four? Five!", [["One", "two"], ["Three", "four"], ["Five"]], id="marks"),
        pytest.param("It is 3.5 times a.b faster.", [["It", "is", "times", "a", "b", "faster"]], id="points-inside"),
        pytest.param("# Heading\n\nText.", [["Text"]], id="heading"),
        pytest.param("| a | b |\n|---|---|\n\nText.", [["Text"]], id="table"),
        pytest.param("```\nnot read. Never.\n```\n\nText.", [["Text"]], id="block"),
        pytest.param("Call `a.b(c) . d` now.", [["Call", "code", "now"]], id="span"),
        pytest.param("- one two\n- three", [["one", "two"], ["three"]], id="list"),
        pytest.param("See [the page](http://a.b/c.d) **here**.", [["See", "the", "page", "here"]], id="link"),
        pytest.param("It isn't well-kept.", [["It", "isn't", "well-kept"]], id="joined-words"),
    ],
)
def test_prose_is_split_into_sentences(text: str, sentences: list[list[str]]) -> None:
    """What is read aloud counts, what is looked at does not."""
    assert Page("page", text).sentences == sentences


@pytest.mark.parametrize(
    ("page", "finding"),
    [
        pytest.param(Page("page", "This is just a test."), "page says 'just'", id="word"),
        pytest.param(Page("page", "A test.", spoken="Obviously."), "page says 'Obviously'", id="word-in-a-note"),
        pytest.param(
            Page("page", "we go on " * 7 + "."), "page: the median sentence has 21 words", id="long-sentences"
        ),
        pytest.param(
            Page("page", "Multitudinous considerations necessitate organisational sophistication."),
            "page is hard to read",
            id="long-words",
        ),
        pytest.param(Page("page", "We go on. " * 600, minutes=20), "page: reading alone takes 12 of its 20", id="long"),
    ],
)
def test_prose_that_is_hard_is_found(page: Page, finding: str) -> None:
    """Each thing that a reader stumbles over has its sentence."""
    (found,) = page.findings()

    assert found.startswith(finding)


def test_prose_may_name_the_words_as_code() -> None:
    """A word in backticks is mentioned, not used."""
    assert list(Page("page", "Avoid `just` and `simply`.").findings()) == []


@pytest.mark.parametrize(
    ("word", "count"), [("test", 1), ("tested", 2), ("migrate", 2), ("table", 2), ("session", 2), ("database", 3)]
)
def test_syllables_are_about_right(word: str, count: int) -> None:
    """Groups of vowels, less a silent e."""
    assert prose.syllables(word) == pytest.approx(count, abs=1)


def with_cells(toy: Toy, *cells: dict[str, Any]) -> list[str]:
    """The findings in the first notebook of the toy course, which gets these cells."""
    (chapter, *_) = toy.course.chapters
    whole = [{"metadata": {}, "id": "a"} | cell for cell in cells]
    toy.write(f"notebooks/{chapter.slug}.ipynb", json.dumps({"cells": whole, "metadata": {}}))
    return figures.findings(toy.course, chapter)


def says(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": text}


def prints(text: str) -> dict[str, Any]:
    return {"cell_type": "code", "source": "measure()", "outputs": [{"output_type": "stream", "text": [text]}]}


def test_figure_that_no_cell_printed_is_found(toy: Toy) -> None:
    """A number from memory is named with the words around it."""
    (found,) = with_cells(toy, says("It is 161 times as fast, at 79 ms."), prints("79 ms\n"))

    assert found.startswith('01_hello.ipynb: 161 in "…It is 161 times as fast, at 79 ms.…" was printed by no cell')


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        pytest.param("1,000 rows", "1000", id="thousands"),
        pytest.param("2.5 times", "2.50", id="zeros"),
        pytest.param("Chapter 02 goes on.", "", id="chapter"),
        pytest.param("*5 minutes to walk through*", "", id="minutes"),
        pytest.param("Everybody slept at 11 p.m. and at 23:59.", "", id="time-of-day"),
        pytest.param("`range(4711)` is code.", "", id="code"),
        pytest.param("It answers 200.", "", id="test-of-the-chapter"),
    ],
)
def test_figure_that_stands_somewhere_is_none_from_memory(said: str, printed: str, toy: Toy) -> None:
    """Printed in another notation, declared, in the suite, or no figure at all."""
    assert with_cells(toy, says(said), prints(printed)) == []


def test_dev_prose_measures_and_finds(toy: Toy) -> None:
    """The command shows a line for each page, and ends with 1 where something is to be mended."""
    toy.write("README.md", "It is just a toy.\n")
    app = typer.Typer()
    dev.register(app)
    app.callback()(lambda: None)

    done = CliRunner(env={"WORKBOOK_ROOT": str(toy.root), "COLUMNS": "200"}).invoke(app, ["dev", "prose"])

    assert done.exit_code == 1
    assert "02_store.ipynb" in done.stdout
    assert "✗ README.md says 'just'" in done.stdout
