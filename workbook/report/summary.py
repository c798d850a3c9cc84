"""A run and a test in one line, for those who write chapters and for what a notebook claims."""

from __future__ import annotations

from workbook.report.explanation import explain
from workbook.runner import Outcome, Run


def told(outcome: Outcome) -> str:
    """Exception, SQLSTATE and message of a failed test, as `Failure.failure` is looked for in it."""
    state = f" [{outcome.sqlstate}]" if outcome.sqlstate else ""
    return f"{outcome.exception}{state}: {outcome.message}"


def summary(run: Run) -> str:
    """What the run came to: what broke it, what passed, or which tests fail and how."""
    if run.status == "broken":
        return explain(run)[0]
    if run.status == "green":
        return f"all {len(run.passed)} tests passed."
    return "; ".join(f"{one.test}: {told(one).splitlines()[0]}" for one in run.failed)
