"""The longest proofs come first, so that no worker of a parallel run is left alone with one at the end."""

from __future__ import annotations

import pytest

LONG = ["test_notebook_does_what_it_shows", "test_suite_keeps_its_contract", "test_exercise_is_red_then_green"]
LONG += ["test_right_answer_passes", "test_wrong_answer_gets_a_verdict_that_helps"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort by kind, the later chapters before the earlier ones: their suites have grown."""
    place = {item: number for number, item in enumerate(items)}
    items.sort(key=lambda item: (_kind(item), -place[item] if _kind(item) < len(LONG) else place[item]))


def _kind(item: pytest.Item) -> int:
    name = getattr(item, "originalname", "")
    return LONG.index(name) if name in LONG else len(LONG)
