"""Nothing in the clear: write the tests that find the leaks.

`client` speaks HTTP to the app, `session` reads the table that it writes, and `caplog.text` is what it logged.
"""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

GRACE = {"username": "grace", "password": "correct horse", "fullname": "Grace Hopper"}


def test_a_password_opens_its_own_account_only(client: TestClient) -> None:
    """Nobody logs in with another password, and a refused login doesn't tell who is registered."""
    pytest.fail("This test is yours to write.")


def test_a_password_shows_up_nowhere(client: TestClient, session: Session, caplog: pytest.LogCaptureFixture) -> None:
    """No row, no answer and no log repeats a password."""
    pytest.fail("This test is yours to write.")
