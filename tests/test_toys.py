"""The toy course is a course that holds, and its copies are independent."""

import pytest
from toys import TOY, Toy, copied

from workbook import course, notebooks
from workbook.authors import changes_lock


def test_toy_course_loads() -> None:
    """The toy course is declared as the real one is."""
    assert [chapter.slug for chapter in course.load(TOY).chapters] == ["01_hello", "02_store"]


def test_toy_course_locks_hold() -> None:
    """Its CHANGES.diff files are current."""
    assert changes_lock.lock(course.load(TOY), check=True) == []


@pytest.mark.parametrize("slug", ["01_hello", "02_store"])
def test_toy_notebook_keeps_the_rules(slug: str) -> None:
    """Its notebooks are stored as the real ones are."""
    chapter = course.load(TOY).find(slug)

    assert notebooks.lint(chapter.notebook, chapter) == []


def test_toy_copy_leaves_the_original_alone(toy: Toy) -> None:
    """A change in a copy is not seen in another copy."""
    toy.edit("course.toml", "A toy course", "Changed")

    assert copied(toy.root.parent / "second").course.title == "A toy course"
