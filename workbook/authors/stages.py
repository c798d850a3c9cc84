"""Holds stages to what their chapters declare: the contract of the suite, the red and green of the exercise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from workbook.authors import leak_check
from workbook.chapters import variants
from workbook.chapters.targets import EXERCISE, SUITE, asked
from workbook.chapters.workspace import workspace
from workbook.course import Chapter, Failure
from workbook.learner.checking import halves
from workbook.postgres.chapter_databases import database
from workbook.report.meaning import is_caught
from workbook.report.summary import summary, told
from workbook.runner import Run, Runner, joined
from workbook.system.errors import UserError

SHUFFLED = ("-p", "randomly", "--randomly-seed")  # and a seed: fixed, so that a finding can be found again
AGAIN: dict[str, tuple[str, ...]] = {"a second time on the same database, shuffled (seed 20)": (*SHUFFLED, "20")}
FULLY: dict[str, tuple[str, ...]] = {  # takes long: each worker of pytest-xdist imports the app for itself
    "shuffled once more (seed 21)": (*SHUFFLED, "21"),
    "shuffled (seed 22) in two processes of pytest-xdist": (*SHUFFLED, "22", "-p", "xdist", "-n", "2"),
}
AT_ONCE = "shuffled (seed 23), half of its files in each of two processes"

# A test that ends so has asked nothing; it is never a declared red.
NO_ANSWER = {"ImportError", "ModuleNotFoundError", "SyntaxError", "IndentationError", "SystemExit"}


def contract_findings(chapter: Chapter, runner: Runner, *, fully: bool = False) -> list[str]:
    """What keeps the chapter's suite from its contract, as sentences; empty when it holds.

    `fully`: in one more order, and with tests of one file in two processes.
    """
    with workspace(chapter) as folder, database(chapter, "contract") as url:
        found = _suite_findings(chapter, runner, folder, url, AGAIN | FULLY if fully else AGAIN)
    return [f"{chapter.slug}: {one}" for one in found]


def _suite_findings(
    chapter: Chapter, runner: Runner, folder: Path, url: str, again: Mapping[str, Sequence[str]]
) -> list[str]:
    def suite(*options: str, targets: Sequence[str] = SUITE) -> Run:
        patience = 3 if "xdist" in options else 1  # the workers of pytest-xdist start cold
        timeout, env = chapter.timeout * patience, {"PGAPPNAME": folder.parent.name}
        return runner.run(folder, targets, database_url=url, timeout=timeout, options=options, env=env)

    before = leak_check.state(folder, url)
    with leak_check.last_test(folder, url):
        first = suite()
    if first.status != "green":
        return [f"the suite is not green on a fresh database: {summary(first)}"]
    if chapter.contract.kind == "once":
        return [f"the second run of the suite: {one}" for one in red_findings(suite(), chapter.contract.second_run)]
    for how, options in again.items():
        if (run := suite(*options)).status != "green":
            return [f"the suite is not green {how}: {summary(run)}"]
    with ThreadPoolExecutor() as pool:
        at_once = pool.map(lambda half: suite(*SHUFFLED, "23", targets=half), halves(chapter, SUITE, {}))
        run = joined(list(at_once))
    if run.status != "green":
        return [f"the suite is not green {AT_ONCE}: {summary(run)}"]
    return [f"after the suite: {one}" for one in leak_check.leftovers(before, leak_check.state(folder, url))]


def exercise_findings(chapter: Chapter, runner: Runner) -> list[str]:
    """What keeps the exercise from being red as declared before it is solved and green after, as sentences."""
    red = red_findings(untouched(chapter, runner), chapter.exercise.red)
    findings = [f"the untouched exercise: {one}" for one in red]
    solved = _run(chapter, runner, asked(chapter), "solved", chapter.solution)
    if solved.status != "green":
        findings.append(f"the solution is not green: {summary(solved)}")
    elif chapter.exercise.kind == "catch":
        findings += _sabotage_findings(chapter, runner)
    return [f"{chapter.slug}: {one}" for one in findings]


def untouched(chapter: Chapter, runner: Runner) -> Run:
    """The exercise's tests before anything is done about them."""
    return _run(chapter, runner, EXERCISE, "untouched")


def _run(
    chapter: Chapter,
    runner: Runner,
    targets: Sequence[str],
    purpose: str,
    *overlays: Path,
    files: Mapping[str, str | None] | None = None,
) -> Run:
    with workspace(chapter, *overlays, files=files) as folder, database(chapter, purpose) as url:
        return runner.run(folder, targets, database_url=url, timeout=chapter.timeout)


def red_findings(run: Run, declared: Iterable[Failure]) -> list[str]:
    """How a run differs from a red with exactly the declared failures; empty when it is that."""
    if run.status != "red":
        return [f"it is {run.status}, not red: {summary(run)}"]
    expected = {one.test: one.failure for one in declared}
    failed = {one.test: one for one in run.failed}
    findings = [
        f"{test} fails, and is not declared to: {told(failed[test])}" for test in failed if test not in expected
    ]
    for test, failure in expected.items():
        if test not in failed:
            findings.append(f"{test} is declared to fail, and does not.")
        elif failed[test].exception in NO_ANSWER or failure not in told(failed[test]):
            findings.append(f"{test} should fail with {failure!r}, not with: {told(failed[test])}")
    return findings


def _sabotage_findings(chapter: Chapter, runner: Runner) -> Iterator[str]:
    """The solution's test must fail on every sabotaged copy because of the defect, not for a reason of its own."""
    for file in variants.sabotages(chapter):
        slug = file.stem
        try:
            broken_app = variants.changed(chapter, variants.read(chapter, file))
        except UserError as error:
            yield error.what
            continue
        run = _run(chapter, runner, EXERCISE, slug, chapter.solution, files=broken_app)
        if run.status == "green":
            yield f"sabotage {slug} escapes the solution's test."
        elif run.status == "broken":
            yield f"sabotage {slug} breaks the run instead of failing a test: {summary(run)}"
        else:
            wrong = [outcome for outcome in run.failed if not is_caught(outcome)]
            yield from (f"sabotage {slug} is not caught by an assertion: {told(outcome)}" for outcome in wrong)
