"""What a chapter changed is told from the folders; nobody reads its lock for that."""

from __future__ import annotations

from toys import Toy

from workbook.chapters import changes


def test_changes_turn_the_chapter_before_into_this_one(toy: Toy) -> None:
    """Whatever CHANGES.diff says, or when there is none."""
    (toy.root / "chapters/02_store/CHANGES.diff").unlink()
    toy.edit("chapters/02_store/shelf/main.py", "No such item.", "Nothing there.")

    parts = changes.changes(toy.course, toy.course.chapters[1])

    assert {"pyproject.toml", "shelf/models.py", "tests/test_items.py"} < parts.keys()
    assert "Nothing there." in parts["shelf/main.py"]
    assert "CHANGES.diff" not in parts


def test_changes_where_an_app_starts_are_the_whole_app(toy: Toy) -> None:
    """There is nothing before it."""
    parts = changes.changes(toy.course, toy.course.chapters[0])

    assert "shelf/main.py" in parts
    assert all("new file mode" in part for part in parts.values())


def test_new_tests_are_those_that_the_chapter_added(toy: Toy) -> None:
    """A test that was there before is not among them, even where it asks for more now."""
    added = "test_a_stored_item_is_found_again", "test_an_unknown_item_is_not_found"
    toy.edit("chapters/02_store/tests/test_hello.py", "(client: TestClient)", "(client: TestClient, more: None = None)")

    assert changes.new_tests(toy.course, toy.course.chapters[1]) == {f"tests/test_items.py::{name}" for name in added}
