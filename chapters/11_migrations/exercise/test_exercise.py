"""The table says `edited_at` instead of `updated_at`; the API goes on saying `updated_at`.

Your step is `blog/migrations/versions/0003_edited_at.py`, and the model knows the column's new name. `alembic upgrade`
renames the column and `alembic downgrade` gives it back its old name, on both databases, and neither loses anything.
"""

import pytest
from alembic import command
from fastapi.testclient import TestClient
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from blog.migrations import configuration, upgrade
from blog.models import User
from tests.conftest import COUNTS, counts, run

YEARS = ["1969", "1973"]


def columns(engine: Engine) -> list[str]:
    """The names of the columns of posts, sorted."""
    return sorted(column["name"] for column in inspect(engine).get_columns("posts"))


def years(engine: Engine, column: str) -> list[str]:
    """The year of each post's last change, as the database tells it."""
    with engine.connect() as connection:
        assert column in columns(engine)
        moments = connection.scalars(text(f"SELECT {column} FROM posts ORDER BY id"))
        return [str(moment)[:4] for moment in moments]


def test_no_moment_is_lost(dated: Engine) -> None:
    """After the upgrade, every post says under the new name when it was changed last."""
    upgrade(dated)

    assert years(dated, "edited_at") == YEARS


def test_the_old_name_is_gone(dated: Engine) -> None:
    """After the upgrade, no column is called updated_at; all the others are there."""
    before = columns(dated)

    upgrade(dated)

    assert columns(dated) == sorted("edited_at" if name == "updated_at" else name for name in before)


def test_no_moment_is_lost_on_the_way_back(dated: Engine) -> None:
    """After upgrade and downgrade, every post says under the old name when it was changed last."""
    upgrade(dated)
    assert "edited_at" in columns(dated)

    command.downgrade(configuration(dated), "0002")

    assert years(dated, "updated_at") == YEARS
    assert "edited_at" not in columns(dated)


def test_no_table_loses_a_row(dated: Engine) -> None:
    """Another program's bookmarks, which go with their post, are all there after upgrade and downgrade."""
    for _ in range(2):
        upgrade(dated)
        assert "edited_at" in columns(dated)
        assert counts(dated) == COUNTS
        command.downgrade(configuration(dated), "0002")
        assert counts(dated) == COUNTS


def test_the_rest_of_the_table_is_as_it_was(dated: Engine) -> None:
    """A status is still kept and still checked, and the owner of a post still has to exist."""
    upgrade(dated)
    assert "edited_at" in columns(dated)

    with dated.connect() as connection:
        statuses = connection.scalars(text("SELECT status FROM posts ORDER BY id")).all()
    assert statuses == ["reviewed", "new"]
    for change in ("status = 'lost'", "owner_id = 1000"):
        with pytest.raises(IntegrityError):
            run(dated, f"UPDATE posts SET {change}")


def test_the_api_says_what_it_said(client: TestClient, session: Session, margaret: User) -> None:
    """A post is answered with updated_at, which is what the table has under the new name."""
    body = {"title": "Apollo", "content": "…", "owner_id": margaret.id}
    created = client.post("/posts", json=body).json()
    assert "edited_at" in [column["name"] for column in inspect(session.connection()).get_columns("posts")]

    session.execute(text("UPDATE posts SET edited_at = '1969-07-20 20:17:00'"))
    session.commit()

    assert "edited_at" not in created
    assert client.get(f"/posts/{created['id']}").json()["updated_at"].startswith("1969-07-20T")
