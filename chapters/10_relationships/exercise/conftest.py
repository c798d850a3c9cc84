"""The exercise uses the fixtures of the suite: each `as` hands one on."""

import pytest
from sqlalchemy.orm import Session

from blog.models import Post, User
from tests.conftest import client as client
from tests.conftest import connection as connection
from tests.conftest import engine as engine
from tests.conftest import margaret as margaret
from tests.conftest import postgresql as postgresql
from tests.conftest import session as session
from tests.conftest import sqlite as sqlite


@pytest.fixture
def vera(session: Session) -> User:
    """A user who has written no post."""
    user = User(username="vera", email="vera@example.org", password="another hash")
    session.add(user)
    session.commit()
    return user


@pytest.fixture
def posts(session: Session, margaret: User) -> tuple[int, int]:
    """The ids of two posts by Margaret."""
    rows = [Post(title=title, content="…", owner_id=margaret.id) for title in ("Apollo", "Skylab")]
    session.add_all(rows)
    session.commit()
    return rows[0].id, rows[1].id
