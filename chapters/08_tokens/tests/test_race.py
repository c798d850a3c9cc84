"""Many clients want one name at the same moment: real threads, a real server, real commits."""

from collections import Counter

import httpx2
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from fastauth.models import UserInfo
from tests.conftest import register_at_once


@pytest.mark.usefixtures("inserts_meet")
def test_of_two_who_found_the_name_free_one_is_refused(server: httpx2.Client) -> None:
    """Two clients store one name at the same moment, whatever they asked before: one 201, one 409."""
    assert register_at_once(server, ["grace", "grace"]) == [201, 409]


@pytest.mark.usefixtures("inserts_meet")
def test_the_name_of_a_race_is_stored_once(server: httpx2.Client, race_engine: Engine) -> None:
    """After the race there is one row."""
    register_at_once(server, ["grace", "grace"])

    with Session(race_engine) as session:
        assert session.scalar(select(func.count()).select_from(UserInfo)) == 1


@pytest.mark.usefixtures("inserts_meet")
def test_two_names_at_the_same_moment_are_both_welcome(server: httpx2.Client) -> None:
    """Clients who want different names do not get in each other's way."""
    assert register_at_once(server, ["ada", "grace"]) == [201, 201]


@pytest.mark.parametrize("name", ["ada", "alan", "grace"])
def test_a_name_has_one_winner(server: httpx2.Client, name: str) -> None:
    """Five clients race for one name: one 201, four 409, never a server error."""
    assert Counter(register_at_once(server, [name] * 5)) == {201: 1, 409: 4}
