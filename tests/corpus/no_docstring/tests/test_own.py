"""A learner's test."""

import pytest


@pytest.mark.parametrize("name", ["ada"])
def test_a_name_is_short(name: str) -> None:
    assert len(name) < 3
