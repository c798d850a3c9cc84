"""How the workbook's own tests are run: pytest, in parallel, with the plugins that they need and no others."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from itertools import takewhile

from workbook.course import Course

COURSE = "tests/course"  # what holds the chapters to their word; the rest of tests/ is about the command
# Whether to prove what costs too much every day too: once a week, and when a chapter is finished.
FULLY = os.environ.get("COURSE") == "full"
WHOLE = "of_the_course"  # in the names of the few tests of all chapters at once: a change in one shows there as well


def command(course: Course, arguments: Sequence[str], processors: int) -> list[str]:
    """The pytest command: the course, or the chapters that stand first; other arguments are pytest's own."""
    named = list(takewhile(lambda one: _names_chapter(course, one), arguments))
    chapters = [course.find(one).slug for one in named]
    workers = processors + processors // 2  # a test often waits for PostgreSQL, a server or a kernel
    parallel = ["-p", "xdist", "-n", str(workers)]  # tests/xdist_scheduling.py says which tests stay together
    chosen = ["-k", " or ".join([*chapters, WHOLE])] if chapters else []
    what = [COURSE] if named or not arguments else []
    return [sys.executable, "-m", "pytest", *parallel, *what, *chosen, *arguments[len(named) :]]


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """Plugins are loaded by name alone: to find and load all that are installed takes seconds in each worker."""
    return {**given, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _names_chapter(course: Course, argument: str) -> bool:
    return argument in course.by_slug or re.fullmatch(r"\d{1,2}", argument) is not None
