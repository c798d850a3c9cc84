"""What one run of pytest in a process of its own came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from workbook.runner.causes import Cause, Reason

Status = Literal["green", "red", "broken"]
NOWHERE: Mapping[str, Any] = MappingProxyType({})


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
    context: Mapping[str, Any] = field(default_factory=lambda: NOWHERE, compare=False)  # as `workbook_witness` says
    traceback: str = ""
    output: str = ""  # what the test printed and logged, bounded in length
    seconds: float = field(default=0.0, compare=False)  # with what its fixtures took before and after it


@dataclass(frozen=True)
class Run:
    """A whole run. Green means: pytest finished, every asked-for test was run, and all passed."""

    status: Status
    outcomes: tuple[Outcome, ...]
    cause: Cause | None = None  # only where broken: it says nothing about its tests
    file: str = ""  # where broken at a known place: relative to the folder
    line: int = 0
    source: str = ""  # the line of code at file:line
    output: str = ""  # what the process printed outside its tests, bounded in length
    traceback: str = ""  # of a failure outside any test
    seconds: float = 0.0

    @property
    def reason(self) -> Reason | None:
        """Of what kind its cause is; None where it is not broken."""
        return self.cause.reason if self.cause else None

    @property
    def passed(self) -> tuple[Outcome, ...]:
        return tuple(one for one in self.outcomes if one.outcome == "passed")

    @property
    def failed(self) -> tuple[Outcome, ...]:
        return tuple(one for one in self.outcomes if one.outcome != "passed")


def broken(cause: Cause, facts: Mapping[str, Any] = NOWHERE, *, traceback: str = "") -> Run:
    """A run that says nothing about its tests; `facts` may say where: file, line and source."""
    where = {name: facts[name] for name in ("file", "line", "source") if name in facts}
    return Run("broken", (), cause, traceback=traceback, **where)


def joined(runs: Sequence[Run]) -> Run:
    """Several runs as one: the first that is broken says so for all, else the first red one."""
    worst = next((run for status in ("broken", "red", "green") for run in runs if run.status == status), runs[0])
    outcomes = tuple(one for run in runs for one in run.outcomes)
    return replace(worst, outcomes=outcomes, seconds=max(run.seconds for run in runs))
