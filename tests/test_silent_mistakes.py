"""What raises no error is found in the code: Python's operators in a query, attributes that no class declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbook.learner import silent_mistakes

MODEL = """
class User(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    fullname: Mapped[str]
    tags = relationship()


class Plain:
    fullnames: str
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An app with a model."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "models.py").write_text(MODEL, encoding="utf-8")
    return tmp_path


def found(folder: Path, code: str) -> tuple[list[str], list[str]]:
    (folder / "app" / "crud.py").write_text(code + "\n", encoding="utf-8")
    conditions = silent_mistakes.in_conditions(folder, ["app/crud.py"])
    attributes = silent_mistakes.of_attributes(folder, ["app/crud.py"])
    assert all(one.source and one.line for one in [*conditions, *attributes])
    return [one.what.split("`")[1] for one in conditions], [one.what for one in attributes]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("select(User).where(User.id == 1 and User.fullname == name)", ["and"]),
        ("select(User).where(User.id == 1 or User.fullname == name)", ["or"]),
        ("select(User).filter(not User.fullname == name)", ["not"]),
        ("select(User).where(User.id in ids)", ["in"]),
        ("select(User).where(User.id not in ids)", ["in"]),
        ("select(User).having(sqlalchemy.and_(User.id == 1, not User.id))", ["not"]),
        ("select(User).where((User.id in ids) & ~(User.id == 1 and User.id == 2))", ["in", "and"]),
        ("select(User).where(User.id == 1, User.fullname == name)", []),
        ("select(User).where((User.id == 1) & (User.fullname == name))", []),
        ("select(User).where(User.fullname == (name or 'nobody'))", []),
        ("select(User).where(User.id.in_([one for one in ids if one in known]))", []),
        ("select(User).where(User.id == 1 if name and ids else true())", []),
        ("found = name in names and not ids", []),
        ("this is not Python", []),
    ],
)
def test_python_in_a_condition_is_found(folder: Path, code: str, words: list[str]) -> None:
    """Only what decides a condition counts, however deep in a condition it is."""
    assert found(folder, code)[0] == words


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("user.full_name = name", True),
        ("user.fulname = name", True),
        ("user.fullname = name", False),
        ("user.fullnames = name", False),
        ("user.tags = []", False),
        ("self.full_name = name", False),
        ("user.elsewhere = name", False),
        ("print(user.full_name)", False),
    ],
)
def test_an_attribute_that_is_nearly_a_column_is_found(folder: Path, code: str, named: bool) -> None:
    """Assigning it stores nothing; one that a class has, or that is like no column, is somebody's own business."""
    assert found(folder, code)[1] == (
        [f"User has no column {code.split('.')[1].split()[0]}, so that assigning it stores nothing: it has fullname"]
        if named
        else []
    )
