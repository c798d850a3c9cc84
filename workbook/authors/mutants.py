"""Tries a stage's suite on mutants of its app: a strong suite kills them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from workbook.authors import mutation
from workbook.authors.mutation import Mutant
from workbook.authors.stages import red_findings
from workbook.chapters import difference
from workbook.chapters.targets import SUITE
from workbook.chapters.workspace import workspace
from workbook.course import Chapter, Name, Text, load
from workbook.postgres.chapter_databases import database
from workbook.report.explanation import explain
from workbook.report.summary import summary
from workbook.runner import Run, Runner
from workbook.runner.classify import CANARIES
from workbook.system.errors import UserError
from workbook.system.strict_toml import Key, read

ENOUGH = 0.85  # of all mutants: below it, each survivor needs a reason
REASONS = "survivors.toml"
AT_ONCE = max(2, (os.cpu_count() or 2))


@dataclass(frozen=True)
class Trial:
    """What became of a chapter's mutants, and which of the survivors have a reason to live."""

    chapter: Chapter
    tried: int
    survivors: tuple[Mutant, ...]
    excused: tuple[Mutant, ...]

    @property
    def killed(self) -> float:
        """The share, from 0 to 1, of the mutants that the suite kills."""
        return 1 - len(self.survivors) / self.tried if self.tried else 1.0

    @property
    def is_strong(self) -> bool:
        """Whether the suite kills enough, or each survivor has its reason."""
        return self.killed >= ENOUGH or self.survivors == self.excused

    def lines(self) -> Iterator[str]:
        """For a person: the share, then each survivor with its reason or without."""
        killed = self.tried - len(self.survivors)
        sign = "✓" if self.is_strong else "✗"
        yield f"{sign} {self.chapter.slug}: {killed} of {self.tried} mutants killed, {self.killed:.2f}"
        for one in self.survivors:
            yield f"    {'has its reason' if one in self.excused else 'survives'}: {one}"
        if not self.is_strong:
            yield f"  Add tests that fail on them, or say in {REASONS} why they may live."


def mutants(chapter: Chapter, before: Chapter | None = None) -> list[Mutant]:
    """Every mutant of the chapter's app; with the one `before` it, those in lines that this chapter changed."""
    found = []
    for file in sorted((chapter.folder / chapter.package).rglob("*.py")):
        name = file.relative_to(chapter.folder).as_posix()
        text = file.read_text(encoding="utf-8")
        old = before.folder / name if before else None
        lines = _changed(old.read_text(encoding="utf-8"), text) if old and old.is_file() else None
        found += [one for one in mutation.mutants(text, name) if lines is None or one.line in lines]
    return found


def _changed(before: str, after: str) -> set[int]:
    """The numbers, from 1, of the lines that are new or other."""
    old, new = difference.lines(before), difference.lines(after)
    places = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return {line + 1 for how, _, _, start, end in places if how != "equal" for line in range(start, end)}


def try_suite(
    chapter: Chapter,
    runner: Runner,
    chosen: Sequence[Mutant],
    *,
    advance: Callable[[], None] = lambda: None,
) -> Trial:
    """Run the suite on each mutant, on a fresh database of its own; `advance` is called after each.

    Raises `UserError` when the suite is not green on the healthy app: then nothing can be said.
    """
    if (healthy := _killer(chapter, runner, None)) is not None:
        raise UserError(f"{chapter.slug}: the suite is not green on the healthy app: {healthy}", "Mend it first.")

    def survives(mutant: Mutant) -> bool:
        killer = _killer(chapter, runner, mutant)
        advance()
        return killer is None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        survivors = tuple(one for one, lives in zip(chosen, pool.map(survives, chosen), strict=True) if lives)
    return judged(chapter, len(chosen), survivors)


def judged(chapter: Chapter, tried: int, survivors: tuple[Mutant, ...]) -> Trial:
    """The trial, with the survivors that have a reason told from those without."""
    reasons = read_reasons(chapter.root)
    excused = tuple(one for one in survivors if any(reason.covers(chapter, one) for reason in reasons))
    return Trial(chapter, tried, survivors, excused)


def _killer(chapter: Chapter, runner: Runner, mutant: Mutant | None) -> str | None:
    """How the suite breaks its contract on the mutant, or None where it keeps it."""
    files = {mutant.file: mutant.text} if mutant else {}
    with workspace(chapter, files=files) as folder, database(chapter, "mutant") as url:

        def suite(*options: str) -> Run:
            run = runner.run(folder, SUITE, database_url=url, timeout=chapter.timeout, options=options)
            if run.reason == "database":  # no mutant's doing, and nothing that a suite could take credit for
                raise UserError(*explain(run))
            return run

        if (first := suite(f"--maxfail={CANARIES + 1}")).status != "green":
            return summary(first)
        if chapter.contract.kind == "once":
            return " ".join(red_findings(suite(), chapter.contract.second_run)) or None
    return None


@dataclass(frozen=True)
class Reason:
    """Why a mutant may live, in the package and file that it names, wherever `before` becomes `after` there."""

    package: Name
    file: Text
    before: Text
    after: Text
    reason: Text
    chapters: tuple[Name, ...] = ()  # all with the package where there are none

    def covers(self, chapter: Chapter, mutant: Mutant) -> bool:
        same = (self.file, self.before, self.after) == (mutant.file, mutant.before, mutant.after)
        return same and self.package == chapter.package and chapter.name in (self.chapters or [chapter.name])

    def told(self) -> str:
        """That it is needed no more."""
        return f"✗ {REASONS}: no mutant survives any more as {self.file}: {self.before} → {self.after}. Remove it."


@dataclass(frozen=True)
class _Reasons:
    survivor: tuple[Reason, ...]


def read_reasons(root: Path) -> list[Reason]:
    """What `survivors.toml` in the course's folder says; nothing where there is none. Raises `UserError`."""
    course, file = load(root), root / REASONS
    if not file.exists():
        return []
    reasons = read(file, _Reasons).survivor
    packages = {chapter.package for chapter in course.chapters}
    for place, one in enumerate(reasons, start=1):
        at = Key(file).inner(f"survivor[{place}]")
        if one.package not in packages:
            raise at.inner("package").unknown(f"is {one.package!r}, which no chapter has.", one.package, packages)
        for name in set(one.chapters) - course.by_name.keys():
            raise at.inner("chapters").unknown(f"names {name!r}, which is no chapter.", name, course.by_name)
    return list(reasons)


def needless(trials: Iterable[Trial], reasons: Iterable[Reason]) -> Iterator[Reason]:
    """The reasons for mutants that no longer survive anywhere; `trials` must be of the whole course."""
    lives = [(trial.chapter, mutant) for trial in trials for mutant in trial.survivors]
    return (one for one in reasons if not any(one.covers(chapter, mutant) for chapter, mutant in lives))
