"""Answers that were tried on each exercise: the right ones pass, and a wrong one gets a verdict that helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbook import course
from workbook.authors import testing
from workbook.authors.trial import judged, misses
from workbook.chapters import variants
from workbook.chapters.variants import cases
from workbook.course import Chapter
from workbook.runner import Runner

CHAPTERS = course.load().chapters
RIGHT, WRONG = 2, 3  # at least

each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)


def each(kind: str) -> pytest.MarkDecorator:
    tried = [(chapter, case) for chapter in CHAPTERS for case in cases(chapter, kind)]
    return pytest.mark.parametrize(
        ("chapter", "case"),
        [pytest.param(chapter, case, id=f"{chapter.slug}-{case.stem}") for chapter, case in tried],
    )


@each_chapter
def test_cases_are_enough(chapter: Chapter) -> None:
    """Two right answers, so that the exercise accepts more than its solution; three wrong ones."""
    assert len(cases(chapter, "right")) >= RIGHT
    assert len(cases(chapter, "wrong")) >= WRONG


@each("right")
def test_right_answer_passes(chapter: Chapter, case: Path, runner: Runner) -> None:
    """Another way of doing it is done as well; the full proof asks the whole suite too."""
    found = judged(chapter, case, runner, quick=not testing.FULLY)

    assert found.passed, "\n".join(found.lines())


@each("wrong")
def test_wrong_answer_gets_a_verdict_that_helps(chapter: Chapter, case: Path, runner: Runner) -> None:
    """It does not pass, and the verdict says the sentence that leads to the mistake."""
    found = judged(chapter, case, runner, quick=not testing.FULLY)

    assert misses(variants.read(chapter, case), found) == "", "\n".join(found.lines())
