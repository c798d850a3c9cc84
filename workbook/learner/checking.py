"""Judges the learner's copy of a chapter: the exercise's tests on what they built, or their own test on broken apps."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace

from rich.console import Console, ConsoleOptions, RenderResult

from workbook.chapters import released
from workbook.chapters.targets import EXERCISE, REPEATED, SHUFFLED, asked, edits_fixtures
from workbook.course import Chapter
from workbook.learner import catching, desk, misplaced, own_files, silent_mistakes, timings, updates
from workbook.learner.catching import AT_ONCE, Databases
from workbook.learner.silent_mistakes import Mistake
from workbook.postgres.chapter_databases import database
from workbook.report.card import Card
from workbook.report.explanation import place
from workbook.report.verdict import Verdict, green_by_chance, in_another_order
from workbook.runner import Run, Runner, joined
from workbook.runner.causes import NoTest
from workbook.runner.result import broken
from workbook.system.invocation import call


@dataclass(frozen=True)
class Check:
    """What the learner's copy came to; shown like a verdict."""

    card: Card
    passed: bool
    run: Run  # of the healthy app

    def lines(self, *, full: bool = False) -> list[str]:
        return self.card.lines(full=full)

    def html(self) -> str:
        return self.card.html()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.card


def check(
    chapter: Chapter,
    runner: Runner,
    databases: Databases = database,
    *,
    new: Collection[str] = (),
    halved: bool = True,
    only: Sequence[str] = (),
) -> Check:
    """Judge the learner's copy; nothing is remembered. `databases` gives out a fresh one for each run.

    Of what it must meet, the tests `new` in this chapter are named before older ones, as in `Verdict`.
    `only` names the tests to be run, instead of all that are asked for. Two halves are judged sooner than the whole
    where a processor is free for each; not `halved` is less work.
    Raises `UserError` without a copy or a database.
    """
    runner.warm()
    desk.require(chapter)
    whole = asked(chapter)
    parts = halves(chapter, whole, timings.seconds(chapter)) if halved and not only else [only or whole]
    mine, edited = own_files.changed(chapter), released.edited(chapter)
    if (card := own_files.unjudgeable(chapter, mine, edited)) is not None:
        return Check(card, False, broken(NoTest(chapter.exercise.edit[0], missing=True)))
    found = _ran(chapter, runner, databases, parts, new, mine)
    notes = (*found.card.notes, *_unjudged(chapter, misplaced.found(chapter, edited)))
    return replace(found, card=replace(found.card, shortened=_shortened(chapter, found), notes=notes))


def _ran(
    chapter: Chapter,
    runner: Runner,
    databases: Databases,
    parts: Sequence[Sequence[str]],
    new: Collection[str],
    mine: Sequence[str],
) -> Check:
    silent = silent_mistakes.in_conditions(chapter.desk, mine)
    run, shuffled = _mine(chapter, runner, databases, parts)
    if run.status != "green":
        card = Verdict(run, todo=_next_after_red(chapter)).card
        if chapter.exercise.kind == "catch":
            card = catching.in_a_row(chapter, runner, databases, run, card)
        silent += silent_mistakes.of_attributes(chapter.desk, mine)
        return Check(_own_first(chapter, card, run, mine, silent), False, run)
    if silent:
        return Check(
            green_by_chance(silent[0].what, place(silent[0].file, silent[0].line), silent[0].source), False, run
        )
    if shuffled is not None and shuffled.status != "green":
        card = Verdict(shuffled, todo=_next_after_red(chapter)).card
        return Check(in_another_order(card), False, shuffled)
    if chapter.exercise.kind == "catch":
        card = catching.judged(chapter, runner, databases)
        done = replace(card, todo=next_step(chapter)) if card.good else card
        return Check(done, card.good, run)
    return Check(Verdict(run, todo=next_step(chapter), new=new).card, True, run)


def _own_first(chapter: Chapter, card: Card, run: Run, mine: Sequence[str], silent: Sequence[Mistake]) -> Card:
    """The card, which says of the learner's own files what is known before it points at one that is not theirs."""
    notes = [f"{place(one.file, one.line)}: {one.what}." for one in silent]
    if not mine:
        notes.append(f"Your copy {desk.shown(chapter, chapter.desk)} is still as it was opened.")
    elif run.status == "broken" and run.file and run.file not in mine:
        changed = " and ".join(mine) if len(mine) < 3 else f"{mine[0]} and {len(mine) - 1} more files"
        how = f"Look at your change first: `{call(f'diff {chapter.number}')}` shows it."
        todo = how if card.todo.startswith("Mend") else card.todo
        headline = re.sub(r"^A ", "a ", card.headline)
        card = replace(card, headline=f"You changed {changed}; with that, {headline}", todo=todo)
    return replace(card, notes=(*card.notes, *notes))


def _shortened(chapter: Chapter, check: Check) -> str:
    """How to see what a red verdict leaves out; "" where it leaves out nothing."""
    full = call(f"check {chapter.number} --full")
    if check.run.failed and any(not (item.good or item.facts or item.place) for item in check.card.items):
        return f"`{full}` says why of each."
    if any(one.output.strip() for one in check.run.failed):
        return f"Your code printed something: `{full}` shows it."
    return ""


def _unjudged(chapter: Chapter, edited: Sequence[str]) -> tuple[str, ...]:
    """What the learner changed in vain, in a sentence; `edited` are files of theirs that were edited in `chapters/`."""
    theirs = desk.shown(chapter, chapter.folder)
    elsewhere = tuple(f"You edited {file} in {theirs} as well: a check takes yours." for file in edited)
    if behind := updates.found(chapter):
        how = call(f"open {chapter.number} --update")
        elsewhere += (f"The chapter changed {' and '.join(behind)} since you opened it.\n`{how}` carries that over.",)
    files = desk.unjudged(chapter)
    if not files:
        return elsewhere
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    yours = call(f"run {chapter.number} -- pytest")
    return (*elsewhere, f"You also changed {files[0]}{more}: a check takes the workbook's own.\n`{yours}` takes yours.")


def next_step(chapter: Chapter) -> str:
    """What a learner does after an exercise is solved."""
    return f"Done. `{call(f'solution {chapter.number}')}` shows another way; `{call('status')}` shows what comes next."


def _next_after_red(chapter: Chapter) -> str:
    edit = " and ".join(desk.shown(chapter, chapter.desk / file) for file in chapter.exercise.edit)
    if chapter.exercise.kind == "catch":
        return f"The app is healthy: your test must pass on it. Edit {edit}."
    return f"Edit {edit}.\nStuck? `{call(f'hint {chapter.number}')}` helps, a little at a time."


def _mine(
    chapter: Chapter, runner: Runner, databases: Databases, parts: Sequence[Sequence[str]]
) -> tuple[Run, Run | None]:
    """The exercise's tests and the suite, each part in a process of its own: the learner waits for the longest only.

    The second run is of fixtures: the exercise's tests in another order, and twice over in one database.
    """

    def asked_for(targets: Sequence[str], options: Sequence[str] = ()) -> Run:
        folder = tidied.enter_context(desk.assembled(chapter))
        url = tidied.enter_context(databases(chapter, "check"))
        return runner.run(folder, targets, database_url=url, timeout=chapter.timeout, options=options)

    with ExitStack() as tidied, ThreadPoolExecutor(AT_ONCE) as pool:  # to tidy up would slow down the other run
        again = pool.submit(asked_for, EXERCISE * 2, (*SHUFFLED, *REPEATED)) if edits_fixtures(chapter) else None
        run = joined(list(pool.map(asked_for, parts)))
        shuffled = again.result() if again else None
    outcomes = tuple(sorted(run.outcomes, key=lambda one: _rank(one.test.partition("::")[0])))
    return replace(run, outcomes=outcomes), shuffled


def _rank(file: str) -> tuple[bool, str]:
    """The exercise comes first, then the suite by name, however it was shared out."""
    return not file.startswith(EXERCISE), file


def halves(chapter: Chapter, targets: Sequence[str], took: Mapping[str, float]) -> list[tuple[str, ...]]:
    """The files of the tests, the exercise first; in two halves that `took` much the same time, or are as long.

    Any half of a suite is as good as the whole: its contract says that it may be shuffled and run in two processes.
    The tests of an exercise alone aren't halved: they are few.
    """
    if tuple(targets) == EXERCISE:
        return [EXERCISE]
    named = [chapter.folder / target for target in targets]
    files = [file for place in named for file in (place.rglob("test_*.py") if place.is_dir() else [place])]
    length: dict[str, float] = {file.relative_to(chapter.folder).as_posix(): file.stat().st_size for file in files}
    if took.keys() >= length.keys():
        length = {file: took[file] for file in length}
    shared: list[list[str]] = [[], []]
    for file in sorted(length, key=lambda one: (not one.startswith(EXERCISE), -length[one], one)):
        min(shared, key=lambda half: sum(length[one] for one in half)).append(file)
    return [tuple(half) for half in shared if half]
