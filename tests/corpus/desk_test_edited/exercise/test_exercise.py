"""Easier."""


def test_a_person_is_greeted_by_name() -> None:
    assert True
