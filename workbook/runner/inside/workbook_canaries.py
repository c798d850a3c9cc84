"""Tests that must fail, run after all others: where one passes, no green of that process counts. PYTEST_DONT_REWRITE

Each fails in another of the ways that tests have. A canary has the name of a real test, so that what spares the real
ones spares it too.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from _pytest.assertion.rewrite import rewrite_asserts

ASSERTING = b"def asserting():\n    assert [1] == [2]\n"

_made: set[int] = set()


def raising() -> None:
    with pytest.raises(ValueError, match="no such words"):
        int("1")


def failing() -> None:
    pytest.fail("It has to.")


def asserting() -> Callable[[], None]:
    """A function whose assertion pytest rewrote, as it does in a test file."""
    tree, names = ast.parse(ASSERTING), dict[str, Any]()
    rewrite_asserts(tree, ASSERTING)
    exec(compile(tree, "canary", "exec"), names)
    return names["asserting"]  # type: ignore[no-any-return]


def made(items: Sequence[pytest.Item]) -> list[pytest.Function]:
    """The canaries beside the last test; none where there is no test."""
    module = items[-1].getparent(pytest.Module) if items else None
    if module is None:
        return []
    canaries = [
        pytest.Function.from_parent(module, name=items[-1].name, callobj=one) for one in (asserting(), raising, failing)
    ]
    _made.update(map(id, canaries))
    return canaries


def is_one(item: pytest.Item) -> bool:
    return id(item) in _made
