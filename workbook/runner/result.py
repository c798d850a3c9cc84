"""What one run of pytest in a process of its own came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

Status = Literal["green", "red", "broken"]

# Why a run is "broken": it says nothing about the tests, and is never a legitimate red.
Reason = Literal[
    "syntax",  # a file does not parse (also tabs, encoding)
    "import",  # an import failed while pytest collected
    "collection",  # any other failure while pytest collected
    "fixture",  # a fixture failed before the test could ask its question
    "empty",  # no test was collected, or not all that were asked for
    "skipped",  # a test was skipped, deselected or expected to fail instead of run
    "timeout",  # the hard timeout ended it
    "memory",  # the memory bound ended it
    "exit",  # the process ended before pytest was done
    "database",  # the database server could not be reached
]


@dataclass(frozen=True)
class Outcome:
    """One test. `line` counts from 1 in `file`, which is relative to the folder that was run."""

    test: str  # node id, relative to the folder: "tests/test_main.py::test_ping"
    says: str  # first sentence of its docstring, else its name as words
    outcome: Literal["passed", "failed", "error", "skipped"]
    exception: str = ""  # class name: "AssertionError", "IntegrityError"
    message: str = ""  # of the exception, as pytest shows it: "assert 409 == 201"
    sqlstate: str = ""  # of the innermost database error: "23505"
    file: str = ""
    line: int = 0
    source: str = ""  # the line of code at file:line
    expected: str = ""  # both sides of a failed comparison, where there was one
    got: str = ""
    traceback: str = ""
    output: str = ""  # what the test printed and logged, bounded in length
    seconds: float = field(default=0.0, compare=False)  # with what its fixtures took before and after it


@dataclass(frozen=True)
class Run:
    """A whole run. Green means: pytest finished, every asked-for test was run, and all passed."""

    status: Status
    outcomes: tuple[Outcome, ...]
    reason: Reason | None = None  # only where broken
    detail: str = ""  # where broken: what broke and where, in a sentence
    todo: str = ""  # where broken: the next step, in the imperative
    file: str = ""  # where broken at a known place: relative to the folder
    line: int = 0
    source: str = ""  # the line of code at file:line
    output: str = ""  # what the process printed outside its tests, bounded in length
    traceback: str = ""  # of a failure outside any test
    seconds: float = 0.0

    @property
    def passed(self) -> tuple[Outcome, ...]:
        return tuple(one for one in self.outcomes if one.outcome == "passed")

    @property
    def failed(self) -> tuple[Outcome, ...]:
        return tuple(one for one in self.outcomes if one.outcome != "passed")


def joined(runs: Sequence[Run]) -> Run:
    """Several runs as one: the first that is broken says so for all, else the first red one."""
    worst = next((run for status in ("broken", "red", "green") for run in runs if run.status == status), runs[0])
    outcomes = tuple(one for run in runs for one in run.outcomes)
    return replace(worst, outcomes=outcomes, seconds=max(run.seconds for run in runs))
