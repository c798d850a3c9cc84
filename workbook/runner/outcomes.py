"""Makes one `Outcome` of the phases that a test went through."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from workbook.runner.records import Record
from workbook.runner.result import Outcome

LONGEST_OUTPUT = 8_000  # characters of what one test printed


def outcomes_of(reports: Sequence[Record]) -> tuple[Outcome, ...]:
    """In the order in which the tests began; a test whose phases did not all end is left out."""
    phases: dict[str, list[Record]] = {}
    for report in reports:
        phases.setdefault(report["nodeid"], []).append(report)
    return tuple(_outcome(test, its) for test, its in phases.items() if its[-1]["when"] == "teardown")


def _outcome(test: str, phases: Sequence[Record]) -> Outcome:
    telling = next((one for one in phases if one["outcome"] == "failed"), None)
    telling = telling or next((one for one in phases if one["outcome"] == "skipped"), None) or phases[0]
    facts = telling["facts"]
    expected, got = _sides(facts)
    return Outcome(
        test=test,
        says=facts.get("says", ""),
        outcome=_word(telling, phases),
        exception=facts.get("exception", ""),
        message=facts.get("message", "") or telling["why"],
        sqlstate=facts.get("sqlstate", ""),
        file=facts.get("file", ""),
        line=facts.get("line", 0),
        source=facts.get("source", ""),
        expected=expected,
        got=got,
        context=facts.get("context", {}),
        traceback=telling["traceback"],
        output=phases[-1]["output"][:LONGEST_OUTPUT],
        seconds=sum(one["seconds"] for one in phases),
    )


def _word(telling: Record, phases: Sequence[Record]) -> Literal["passed", "failed", "error", "skipped"]:
    if telling["outcome"] == "failed":
        return "failed" if telling["when"] == "call" else "error"
    if telling["outcome"] == "skipped" or any(one["expected_to_fail"] for one in phases):
        return "skipped"
    return "passed"


def _sides(facts: Record) -> tuple[str, str]:
    """What was expected and what came instead, from a failed comparison or a missing exception."""
    missing = re.match(r"DID NOT RAISE (?:any of )?(.+)", facts.get("message", ""))
    if missing and facts.get("exception") == "Failed":
        return re.sub(r"<class '(?:\w+\.)*(\w+)'>", r"\1", missing[1]), "no exception"
    if other := re.search(r"^ *Expected regex: (.+)\n *Actual message: (.+)$", facts.get("message", ""), re.MULTILINE):
        return f"a message that matches {other[1]}", other[2]
    if facts.get("exception") == "KeyError" and (got := facts.get("context", {}).get("without")):
        return f"something with {facts['message']} in it", got
    op, left, right = facts.get("compared", ("", "", ""))
    match op:
        case "":
            return "", ""
        case "==" | "is":
            return right, left
        case "!=" | "is not":
            return f"anything but {right}", left
        case "in":
            return f"something with {left} in it", right
        case "not in":
            return f"something without {left} in it", right
        case _:
            return f"{op} {right}", left
