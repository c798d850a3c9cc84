"""Turns the records of one run into a `Run`: green only when every asked-for test ran to its end and passed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from workbook.runner import collection_errors, diagnosis, reachability, supplied
from workbook.runner.causes import Deselected, Ended, NeverRed, NotAsWritten, NotRun, OutOfMemory
from workbook.runner.outcomes import outcomes_of
from workbook.runner.process import Ending
from workbook.runner.records import Record
from workbook.runner.result import Outcome, Run, broken

# Of the hard timeout: then the stacks of all threads are written down, which has been seen to crash a busy process.
STACKS_SHARE = 0.9
CANARIES = 3  # tests that have to fail, as `workbook_canaries` makes them


@dataclass(frozen=True)
class Facts:
    """All that is known of a run that ended."""

    folder: Path
    targets: tuple[str, ...]
    database_url: str
    timeout: float
    ending: Ending
    exit_code: int | None
    nonce: str
    records: list[Record]
    log: str
    stacks: str
    seconds: float

    def of(self, *kinds: str) -> list[Record]:
        return [record for record in self.records if record["kind"] in kinds]

    @property
    def finished(self) -> Record | None:
        """The record that makes the others count."""
        marks = [one for one in self.of("finished") if one.get("nonce") == self.nonce]
        return marks[-1] if marks else None

    @property
    def running(self) -> str:
        """The test that had begun and not ended; "" when none had."""
        ended = {one["nodeid"] for one in self.of("report") if one["when"] == "teardown"}
        begun = [one["nodeid"] for one in self.of("start") if one["nodeid"] not in ended]
        return str(begun[-1]) if begun else ""


def judge(facts: Facts) -> Run:
    """The one verdict. What keeps a run from being believed comes first, then red, then green."""
    outcomes = in_order(outcomes_of(facts.of("report")), facts)
    run = next(_reasons(facts, outcomes), None)
    if run is None:
        red = any(one.outcome != "passed" for one in outcomes)
        run = Run(status="red" if red else "green", outcomes=())
    return replace(run, outcomes=outcomes, output=facts.log, seconds=facts.seconds)


def in_order(outcomes: tuple[Outcome, ...], facts: Facts) -> tuple[Outcome, ...]:
    """As pytest collected them: parallel workers report in an order of their own, another one each time."""
    collected = [test for one in facts.of("collected")[:1] for test in one["kept"]]
    place = {test: number for number, test in enumerate(collected)}
    return tuple(sorted(outcomes, key=lambda one: place.get(one.test, len(place))))


def _reasons(facts: Facts, outcomes: tuple[Outcome, ...]) -> Iterator[Run]:
    """Every reason not to believe the run, the most telling first."""
    if facts.ending == "timeout" or (facts.ending == "gone" and facts.seconds >= facts.timeout * STACKS_SHARE):
        yield diagnosis.timeout(facts.folder, facts.stacks, facts.running, facts.timeout)
    if facts.ending == "memory":
        yield broken(OutOfMemory(facts.running))
    failures = [one for one in facts.of("conftest", "collect") if one.get("outcome") != "skipped"]
    messages = [one.get("message", "") for one in failures] + [one.message for one in outcomes]
    if reachability.is_unreachable(messages, facts.database_url):
        yield reachability.unreachable(facts.database_url)
    yield from (
        diagnosis.left(one) for one in [*failures, *facts.of("left")] if one.get("exception") in diagnosis.LEAVING
    )
    yield from sorted(
        (collection_errors.uncollected(facts.folder, one) for one in failures), key=collection_errors.weight
    )
    if facts.of("crash") or facts.ending == "gone":
        yield broken(Ended(facts.running, facts.exit_code))
    if facts.finished is None or facts.finished["exitstatus"] not in (0, 1, 5):
        yield from (diagnosis.left(one) for one in facts.of("left"))
        yield diagnosis.unfinished(facts.log, [one["traceback"] for one in facts.of("internal")], facts.folder)
    yield from _incomplete(facts, outcomes)
    for one in outcomes:
        if one.exception == "SystemExit":
            yield diagnosis.exited(one)
        if one.exception == "MemoryError":
            yield broken(OutOfMemory(one.test))
    yield from (diagnosis.fixture(one) for one in outcomes if one.outcome == "error")
    yield from (diagnosis.skipped(one.test) for one in outcomes if one.outcome == "skipped")
    yield from _untrusted(facts)


def _untrusted(facts: Facts) -> Iterator[Run]:
    """Signs that results were made and not found. Workers of pytest-xdist have no canaries."""
    if not facts.of("parallel") and len(facts.of("canary")) != CANARIES:
        yield broken(NeverRed())
    told = Counter(one["nodeid"] for one in facts.of("report") if one["when"] == "teardown")
    kept = Counter(test for one in facts.of("collected")[:1] for test in one["kept"])
    written = [test for test in supplied.tests(facts.folder, _asked_files(facts)) if test not in _whole(kept)]
    for test in [*written, *sorted(test for test in {*told, *kept} if told[test] != kept[test])]:
        yield broken(NotAsWritten(test))


def _whole(tests: Iterable[str]) -> set[str]:
    """Node ids without cases."""
    return {test.partition("[")[0] for test in tests}


def _incomplete(facts: Facts, outcomes: tuple[Outcome, ...]) -> Iterator[Run]:
    """Tests that were asked for and are not among the outcomes."""
    found = {test for one in facts.of("collected") for test in one["found"]}
    kept = {test for one in facts.of("collected") for test in one["kept"]}
    yield from (diagnosis.skipped(one["nodeid"]) for one in facts.of("collect") if one["outcome"] == "skipped")
    if hidden := sorted(found - kept):
        yield broken(Deselected(hidden[0], len(hidden) - 1))
    for file in _asked_files(facts):
        if not any(test == file or test.startswith((f"{file}::", f"{file}[", f"{file}/")) for test in kept):
            yield diagnosis.empty(file)
    if not kept:
        yield diagnosis.empty(" ".join(facts.targets) or "this folder")
    if missed := sorted(kept - {one.test for one in outcomes}):
        yield broken(NotRun(missed[0], len(missed) - 1))


def _asked_files(facts: Facts) -> list[str]:
    """Targets as node ids; of a folder, every file in it that pytest takes for a test file."""
    asked: list[str] = []
    for target in facts.targets or (".",):
        place = facts.folder / target.split("::")[0]
        if place.is_dir():
            files = {file for pattern in ("test_*.py", "*_test.py") for file in place.rglob(pattern)}
            asked += sorted(file.relative_to(facts.folder).as_posix() for file in files)
        else:
            asked.append(target.replace("\\", "/"))
    return asked
