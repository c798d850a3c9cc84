"""Judges the learner's own test by broken apps: it must fail on each of them, and for what is wrong with it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace

from workbook.chapters import variants
from workbook.chapters.targets import EXERCISE
from workbook.chapters.variants import Variant
from workbook.chapters.workspace import workspace
from workbook.course import Chapter
from workbook.learner import desk
from workbook.report.card import Card, Item
from workbook.report.meaning import is_caught
from workbook.report.verdict import Verdict
from workbook.runner import Run, Runner
from workbook.system.errors import UserError

Databases = Callable[[Chapter, str], AbstractContextManager[str]]

AT_ONCE = 2  # runs that go on at the same time
ASSERTING = {"raises", "fail", "warns"}  # pytest's, beside the statement
IN_A_ROW = "The next test finds what one leaves, such as a row: use another name in each, or tidy up after it."
TWICE = "Nothing may outlive the test: a file, a row or a value that the first run leaves is found by the second."


def judged(chapter: Chapter, runner: Runner, databases: Databases) -> Card:
    """Run a test that passed on the healthy app on every sabotaged copy, and on a healthy one again."""
    sabotages = [variants.read(chapter, file) for file in variants.sabotages(chapter)]
    if not sabotages:
        place = desk.shown(chapter, chapter.folder / variants.SABOTAGE)
        raise UserError(f"There is no broken app to catch: {place} is empty.", "Restore it from the repository.")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        *runs, again = pool.map(lambda one: _on(chapter, runner, databases, one), [*sabotages, None])
    if again.status != "green":
        card = Verdict(again, todo=TWICE).card
        return Card(False, "Your test passes on the healthy app once, and not a second time.", card.items, todo=TWICE)
    items = tuple(_defect(one.said["defect"], run) for one, run in zip(sabotages, runs, strict=True))
    caught = sum(item.good for item in items)
    headline = f"Your test passes on the healthy app, and catches {caught} of {len(items)} broken ones."
    return Card(caught == len(items), headline, items, todo=_todo(chapter, items), fine="caught")


def _todo(chapter: Chapter, items: tuple[Item, ...]) -> str:
    if not _asserts(chapter):
        return "Your test has no `assert`, so no answer can make it fail: `assert` what each must be."
    if not any(item.sentence.startswith("Escaped") for item in items):
        return "`assert` what each answer must be before you take something out of it."
    return "Which request tells the healthy app from one with that defect? Send it too."


def _asserts(chapter: Chapter) -> bool:
    """Whether the learner's files hold an assertion of any kind."""
    trees = [ast.parse((chapter.desk / file).read_bytes()) for file in chapter.exercise.edit]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    called = {getattr(one.func, "attr", getattr(one.func, "id", "")) for one in nodes if isinstance(one, ast.Call)}
    return any(isinstance(node, ast.Assert) for node in nodes) or bool(called & ASSERTING)


def in_a_row(chapter: Chapter, runner: Runner, databases: Databases, run: Run, card: Card) -> Card:
    """The card of a failed run on the healthy app, which says it where the test passes on a database of its own."""
    test = run.failed[0].test if run.failed else getattr(run.cause, "test", "")
    first = bool(run.outcomes) and run.outcomes[0].test == test
    if first or not test.startswith(EXERCISE) or _on(chapter, runner, databases, None, (test,)).status != "green":
        return card
    what = f"{test.rpartition('::')[2]} passes by itself, and fails after the tests before it."
    return replace(card, headline=what, todo=IN_A_ROW)


def _on(
    chapter: Chapter,
    runner: Runner,
    databases: Databases,
    sabotage: Variant | None,
    targets: Sequence[str] = EXERCISE,
) -> Run:
    """Run the learner's test on an app with that defect, or on a healthy one."""
    broken_app = variants.changed(chapter, sabotage) if sabotage else {}
    with workspace(chapter, files=broken_app) as folder, databases(chapter, sabotage.slug if sabotage else "") as url:
        desk.put_edited(chapter, folder, set(chapter.exercise.edit))
        return runner.run(folder, targets, database_url=url, timeout=chapter.timeout)


def _defect(defect: str, run: Run) -> Item:
    """Says the defect, and whether it was caught; never where it is."""
    if run.status == "green":
        return Item(False, f"Escaped: {defect}")
    if any(is_caught(one) for one in run.failed) and run.status == "red":
        return Item(True, f"Caught: {defect}")
    broke = f"the run was {run.reason}" if run.reason else f"the test broke with {run.failed[0].exception}"
    return Item(False, f"Not judged: {defect}", (("because", f"{broke}: a test has to say what is wrong"),))
