"""The exercise uses the fixtures of the suite: each `as` hands one on."""

import pytest
from alembic import command
from sqlalchemy import Engine

from blog.migrations import configuration
from tests.conftest import client as client
from tests.conftest import connection as connection
from tests.conftest import empty as empty
from tests.conftest import engine as engine
from tests.conftest import margaret as margaret
from tests.conftest import postgresql as postgresql
from tests.conftest import run
from tests.conftest import server as server
from tests.conftest import session as session
from tests.conftest import sqlite as sqlite
from tests.conftest import written as written


@pytest.fixture
def dated(written: Engine) -> Engine:
    """An engine on a database before your step: its two posts were last changed long ago, and one is reviewed."""
    command.upgrade(configuration(written), "0002")
    run(written, "UPDATE posts SET updated_at = '1969-07-20 20:17:00', status = 'reviewed' WHERE id = 1")
    run(written, "UPDATE posts SET updated_at = '1973-05-14 17:30:00' WHERE id = 2")
    return written
