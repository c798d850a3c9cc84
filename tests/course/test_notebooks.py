"""Every notebook is well kept and does what it shows."""

from __future__ import annotations

import pytest
from nbval_runner import findings

from workbook import course
from workbook.course import Chapter
from workbook.notebooks import lint

CHAPTERS = course.load().chapters


def slug(chapter: Chapter) -> str:
    return chapter.slug


@pytest.mark.parametrize("chapter", CHAPTERS, ids=slug)
def test_notebook_does_what_it_shows(chapter: Chapter, request: pytest.FixtureRequest) -> None:
    """Run anew from its first cell, every cell of a notebook gives the output that is stored."""
    none(findings(chapter.notebook, request.session))


@pytest.mark.parametrize("chapter", CHAPTERS, ids=slug)
def test_notebook_is_well_kept(chapter: Chapter) -> None:
    """A notebook was run in order, explains what it ignores, and says of itself what its chapter declares."""
    none(lint(chapter.notebook, chapter))


def none(found: list[str]) -> None:
    """Fail with the findings as a person reads them, without the lines of this file."""
    if found:
        pytest.fail("\n".join(found), pytrace=False)
