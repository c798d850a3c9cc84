"""Answers that were tried on each exercise: the right ones pass, and a wrong one gets a verdict that helps."""

from __future__ import annotations

import dataclasses
import shutil
import tomllib
from pathlib import Path

import pytest

from workbook import course
from workbook.chapters.workspace import lay_over
from workbook.course import Chapter
from workbook.learner import desk
from workbook.learner.checking import check
from workbook.runner import Runner

CHAPTERS = course.load().chapters
RIGHT, WRONG = 2, 3  # at least

each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)


def cases(chapter: Chapter, kind: str) -> list[Path]:
    """The folders of answers that were tried: what the learner edits, as somebody might have left it."""
    return sorted((chapter.folder / "exercise" / "cases").glob(f"{kind}_*/"))


def each(kind: str) -> pytest.MarkDecorator:
    tried = [(chapter, case) for chapter in CHAPTERS for case in cases(chapter, kind)]
    return pytest.mark.parametrize(
        ("chapter", "case"),
        [pytest.param(chapter, case, id=f"{chapter.slug}-{case.name}") for chapter, case in tried],
    )


def answered(chapter: Chapter, case: Path, root: Path) -> Chapter:
    """The chapter in a course of its own, with the answer on the desk."""
    mine = dataclasses.replace(chapter, root=root)
    shutil.copytree(chapter.folder, mine.folder, ignore=shutil.ignore_patterns("__pycache__"))
    desk.open_copy(mine)
    lay_over(case, mine.desk)
    (mine.desk / "case.toml").unlink(missing_ok=True)
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
    declared = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))

    judged = check(answered(chapter, case, tmp_path), runner, halved=False)

    assert declared["mistake"]
    assert not judged.passed
    assert declared["verdict"] in " ".join(" ".join(judged.lines()).split())  # lines are broken where they are long


@each("*")
def test_case_changes_what_the_learner_edits(chapter: Chapter, case: Path) -> None:
    """An answer has no file that a check would take from the workbook anyway."""
    files = {file.relative_to(case).as_posix() for file in case.rglob("*") if file.is_file()}

    assert files - {"case.toml"} <= set(chapter.exercise.edit)
