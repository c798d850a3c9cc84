"""Which tests of a parallel run stay together: all those of a file that says so by the mark `xdist_group`.

With pytest 9.2 the marks have no effect of their own (pytest-dev/pytest-xdist#1386): the scheduler hears of a test by
its node id alone, from which this reads the file.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

MARK = "pytestmark = pytest.mark.xdist_group("


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out the marked files whole, the longest first, and then all other tests one by one."""
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    @cache
    def stays_together(file: str) -> bool:
        return MARK in (config.rootpath / Path(file)).read_text(encoding="utf-8")

    class Spreading(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if stays_together(file) else nodeid

    return Spreading(config, log)
