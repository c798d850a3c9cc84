"""The toy course is a course, and its copies are independent."""

from toys import TOY, Toy, copied

from workbook import course


def test_toy_course_loads() -> None:
    """The toy's course.toml is in the schema of the real one."""
    assert [chapter.slug for chapter in course.load(TOY).chapters] == ["01_hello", "02_store"]


def test_toy_copy_leaves_the_original_alone(toy: Toy) -> None:
    """A change in a copy is not seen in another copy."""
    toy.edit("course.toml", "A toy course", "Changed")

    assert copied(toy.root.parent / "second").course.title == "A toy course"
