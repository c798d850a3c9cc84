"""The tables that the models describe are the same on both databases."""

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, UniqueConstraint, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from blog.models import Post, Status, User
from blog.schemas import PostRead, UserRead
from blog.violations import violates


@pytest.mark.parametrize(
    ("table", "lengths"),
    [("users", {"username": 50, "email": 254, "password": 200}), ("posts", {"title": 200, "status": 8})],
)
def test_a_text_is_as_long_as_its_column(session: Session, table: str, lengths: dict[str, int]) -> None:
    """Both databases know how long a text may be, also the one that takes longer ones."""
    columns = inspect(session.connection()).get_columns(table)
    found = {one["name"]: getattr(one["type"], "length", None) for one in columns}

    assert {name: length for name, length in found.items() if length} == lengths


def test_a_unique_constraint_has_its_name(session: Session) -> None:
    """The names are those that PostgreSQL would choose, on SQLite too."""
    constraints = inspect(session.connection()).get_unique_constraints("users")

    assert {one["name"] for one in constraints} == {"users_username_key", "users_email_key"}


def test_a_post_is_a_draft_at_first(session: Session, margaret: User) -> None:
    """A row that doesn't say so is not published."""
    session.add(Post(title="Draft", content="…", owner_id=margaret.id))
    session.commit()

    assert session.query(Post).one().published is False


@pytest.mark.parametrize("status", Status)
def test_a_status_is_stored_as_its_value(session: Session, margaret: User, status: Status) -> None:
    """The table has the words that the API speaks."""
    session.add(Post(title="Apollo", content="…", status=status, owner_id=margaret.id))
    session.commit()

    assert session.scalar(text("SELECT status FROM posts")) == status.value
    assert session.query(Post).one().status is status


def test_a_row_becomes_an_answer(session: Session, margaret: User) -> None:
    """The schemas of the answers read objects."""
    post = Post(title="Apollo", content="…", owner_id=margaret.id)
    session.add(post)
    session.commit()

    assert UserRead.model_validate(margaret).username == "margaret"
    assert PostRead.model_validate(post).title == "Apollo"


def test_a_constraint_may_be_about_several_columns(session: Session) -> None:
    """A violation of such a one is recognised, and isn't taken for one of its columns."""
    both, hall = UniqueConstraint("hall", "seat", name="one"), UniqueConstraint("hall", name="other")
    Table("seats", MetaData(), Column("hall", Integer), Column("seat", Integer), both, hall)
    session.execute(text("CREATE TABLE seats (hall INTEGER, seat INTEGER, CONSTRAINT one UNIQUE (hall, seat))"))
    session.execute(text("INSERT INTO seats VALUES (1, 1)"))

    with pytest.raises(IntegrityError) as failure:
        session.execute(text("INSERT INTO seats VALUES (1, 1)"))

    assert violates(failure.value, both)
    assert not violates(failure.value, hall)
