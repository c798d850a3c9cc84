"""A notebook that cannot be taught from is found: a section without a slide, a slide without notes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from toy_notebooks import Cell, code, markdown
from toys import Toy

from workbook import course
from workbook.authors import course_lint, scaffold
from workbook.notebooks import lint, slides


def of(kind: str, **more: str) -> dict[str, Any]:
    return {"slideshow": {"slide_type": kind}} | more


def talk(*cells: Cell) -> list[Cell]:
    """A notebook that is fit to be taught from, and then these cells."""
    return [markdown("# Hello", notes="Greet them."), code("chapter()", **of("fragment")), *cells]


BLANK = "### BEGIN SOLUTION\n1\n2\n### END SOLUTION\n"
RED = markdown("## Red", **of("slide", notes="Ask first."))


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        pytest.param([markdown("## Red", notes="Ask.")], "a section begins a slide", id="section-without-a-slide"),
        pytest.param([markdown("## Red", **of("fragment"))], "a section begins a slide", id="section-as-a-fragment"),
        pytest.param([markdown("## Red", **of("sldie"))], "its slide type is 'sldie'", id="misspelled"),
        pytest.param([markdown("## Red", **of("slide"))], "its slide has no speaker notes", id="without-notes"),
        pytest.param([markdown("## Red", **of("slide", notes=" "))], "has no speaker notes", id="empty-notes"),
        pytest.param([RED, markdown("## Green", **of("slide"))], "has no speaker notes", id="second-slide"),
        pytest.param([RED, *[code("1")] * 9], "10 cells do not fit on its slide", id="tall"),
        pytest.param([RED, code("1\n" * 16)], "16 lines of code do not fit", id="long-cell"),
        pytest.param([RED, code("1\n" * 8), code("1\n\n" * 4)], "16 lines of code do not fit", id="long-together"),
    ],
)
def test_slides_that_do_not_do_are_found(cells: list[Cell], said: str) -> None:
    """One fault is one finding, at the cell where it is mended."""
    ((cell, finding),) = slides.findings(talk(*cells))

    assert said in finding
    assert cell in cells


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param([RED, markdown("## Why", **of("subslide"))], id="subslide-shares-the-notes"),
        pytest.param([markdown("## Red", **of("slide")), code("1", notes="Ask.")], id="notes-further-down"),
        pytest.param([RED, *[code("1")] * 8, code("1", **of("subslide")), *[code("1")] * 8], id="two-screens"),
        pytest.param([RED, *[code("1")] * 8, code("1", **of("skip"))], id="skipped-cell-takes-no-room"),
        pytest.param([RED, code("1\n" * 15)], id="fifteen-lines"),
        pytest.param([RED, code("1\n" * 15), code("1", **of("subslide"))], id="lines-of-two-screens"),
        pytest.param([RED, code("1\n" * 16, **of("skip"))], id="skipped-lines"),
        pytest.param([RED, code("1\n" * 14 + BLANK)], id="a-blank-is-one-line"),
        pytest.param([RED, markdown("### Aside"), markdown("More", **of("fragment"))], id="cells-that-go-on"),
    ],
)
def test_slides_that_do_are_left_alone(cells: list[Cell]) -> None:
    """What goes on where the cell before it was needs no slide type."""
    assert list(slides.findings(talk(*cells))) == []


def test_slides_run_the_setup() -> None:
    """A cell that a talk skips is never run, and the next one would not know its names."""
    cells = [markdown("# Hello", notes="Greet them."), code("chapter()", **of("skip"))]

    ((_, finding),) = slides.findings(cells)

    assert finding == "it sets the chapter up, and a talk runs what it shows: give it the slide type fragment."


@pytest.mark.parametrize("chapter", course.load().chapters, ids=lambda chapter: chapter.slug)
@pytest.mark.parametrize("key", ["notes", "slideshow"])
def test_slides_of_a_real_notebook_cannot_be_left_out(chapter: course.Chapter, key: str, tmp_path: Path) -> None:
    """Without its notes or its slides, each notebook of the course would fail, by the lint that all pass."""
    text = chapter.notebook.read_text(encoding="utf-8")
    without = tmp_path / chapter.notebook.name
    without.write_text(text.replace(f'"{key}"', '"other"'), encoding="utf-8")

    assert lint(chapter.notebook, chapter) == []
    assert any("slide" in finding for finding in lint(without, chapter))


def test_slides_of_a_new_chapter_want_notes(toy: Toy) -> None:
    """It begins with slides, and says that the notes are to be written."""
    begun = scaffold.new(toy.course, "more", "02")
    file = begun.notebook
    file.write_text(file.read_text(encoding="utf-8").replace('TODO"\n   ]', 'Written."\n   ]'), encoding="utf-8")

    assert [finding for finding in lint(file, begun) if "slide" in finding] == []
    assert f"{begun.slug}: notebooks/{file.name} is still to be written (TODO)." in course_lint.findings(toy.course)


def test_slides_can_be_read_from_the_back_of_a_room() -> None:
    """Prose of at least 28 pixels and code of at least 24; what is wider than the slide scrolls."""
    style = (course.root() / "notebooks/rise.css").read_text(encoding="utf-8")

    def size(variable: str) -> int:
        found = re.search(rf"--jp-{variable}: (\d+)px", style)
        assert found, variable
        return int(found[1])

    assert size("content-font-size1") >= 28
    assert size("code-font-size") >= 24
    assert min(int(one) for one in re.findall(r"[^-]font-size: (\d+)px", style)) >= 24
    assert "overflow-x: auto" in style
