"""Every chapter keeps the rules of the course, and does what it declares of itself."""

from __future__ import annotations

import pytest

from workbook import course
from workbook.authors import changes_lock, course_lint, coverage, minutes, readme, testing
from workbook.authors.stages import contract_findings, exercise_findings
from workbook.course import Chapter
from workbook.runner import Runner

COURSE = course.load()

each_chapter = pytest.mark.parametrize("chapter", COURSE.chapters, ids=lambda chapter: chapter.slug)


@each_chapter
def test_suite_keeps_its_contract(chapter: Chapter, runner: Runner) -> None:
    """A chapter's suite is green twice, shuffled and in parallel, or does what the chapter declares instead."""
    assert contract_findings(chapter, runner, fully=testing.FULLY) == []


@each_chapter
def test_exercise_is_red_then_green(chapter: Chapter, runner: Runner) -> None:
    """An exercise is red as declared before it is solved, and green after; its sabotages are caught."""
    assert exercise_findings(chapter, runner) == []


@each_chapter
def test_chapter_keeps_the_rules(chapter: Chapter) -> None:
    """What the chapter declares is complete, and its files are as they should be."""
    assert course_lint.chapter_findings(COURSE, chapter) == []


@pytest.mark.parametrize("chapter", [one for one in COURSE.chapters if one.part.number == 1], ids=lambda one: one.slug)
def test_minutes_are_those_of_the_walk(chapter: Chapter) -> None:
    """What there is to read, guess, run and write fits between the minutes of a quick reader and those of a class."""
    assert list(minutes.findings(chapter)) == []


def test_order_of_the_course_holds() -> None:
    """Every part has a chapter, and every folder is a chapter's."""
    assert [finding for finding in course_lint.findings(COURSE) if finding.startswith("course.toml")] == []


def test_lock_of_the_course_holds() -> None:
    """Every chapter's CHANGES.diff says what the chapter changed, and no chapter undoes a fix."""
    assert changes_lock.lock(COURSE, check=True) == []


def test_every_row_of_the_subject_matter_is_accounted_for() -> None:
    """A cell shows it, red and right; or it is to come, or has its reason. The page says so."""
    assert list(coverage.findings(COURSE)) == []
    assert coverage.update(COURSE, check=True) == []


def test_readme_of_the_course_is_current() -> None:
    """The table in README.md is the one that the course gives."""
    assert readme.update(COURSE, check=True) == []
