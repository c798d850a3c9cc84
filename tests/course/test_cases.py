"""Answers that were tried on each exercise: the right ones pass, and a wrong one gets a verdict that helps."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from workbook import course
from workbook.chapters import variants
from workbook.chapters.variants import cases
from workbook.chapters.workspace import put
from workbook.course import Chapter
from workbook.learner import desk
from workbook.learner.checking import check
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


def answered(chapter: Chapter, case: Path, root: Path) -> Chapter:
    """The chapter in a course of its own, with the answer on the desk."""
    mine = dataclasses.replace(chapter, root=root)
    shutil.copytree(chapter.folder, mine.folder, ignore=shutil.ignore_patterns("__pycache__"))
    desk.open_copy(mine)
    put(mine.desk, variants.laid_over(chapter, variants.read(chapter, case)))
    return mine


@each_chapter
def test_cases_are_enough(chapter: Chapter) -> None:
    """Two right answers, so that the exercise accepts more than its solution; three wrong ones."""
    assert len(cases(chapter, "right")) >= RIGHT
    assert len(cases(chapter, "wrong")) >= WRONG


@each("right")
def test_right_answer_passes(chapter: Chapter, case: Path, runner: Runner, tmp_path: Path) -> None:
    """Another way of doing it is done as well."""
    judged = check(answered(chapter, case, tmp_path), runner, halved=False)

    assert judged.passed, "\n".join(judged.lines())


@each("wrong")
def test_wrong_answer_gets_a_verdict_that_helps(chapter: Chapter, case: Path, runner: Runner, tmp_path: Path) -> None:
    """It does not pass, and the verdict says the sentence that leads to the mistake."""
    verdict = variants.read(chapter, case).said["verdict"]

    judged = check(answered(chapter, case, tmp_path), runner, halved=False)

    assert not judged.passed
    assert verdict in " ".join(" ".join(judged.lines()).split())  # lines are broken where they are long
