"""Judges an answer that an author tries: a patch, on a desk of its own."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbook.chapters import released, variants
from workbook.chapters.targets import EXERCISE
from workbook.chapters.variants import Variant
from workbook.chapters.workspace import put
from workbook.course import Chapter
from workbook.learner import desk
from workbook.learner.checking import Check, check
from workbook.runner import Runner
from workbook.system import leftovers, session


def judged(chapter: Chapter, file: Path, runner: Runner, *, quick: bool = False) -> Check:
    """What a learner would see who had changed their copy as the patch says; the real desk isn't touched.

    A `quick` judgement runs the exercise's own tests, and the suite where a wrong answer passes these. Raises
    `UserError` where the patch can't be read or doesn't fit.
    """
    variant = variants.read(chapter, file)
    with answered(chapter, variant) as mine:
        if quick:
            found = check(mine, runner, only=EXERCISE)
            if not found.passed or variant.is_right:
                return found
        return check(mine, runner, halved=False)


@contextmanager
def answered(chapter: Chapter, variant: Variant) -> Iterator[Chapter]:
    """The chapter in a course of its own, for as long as the block lasts, with the answer on the desk."""
    files = variants.laid_over(chapter, variant)
    with session.scratch("tried") as root:
        mine = dataclasses.replace(chapter, root=Path(root).resolve())
        shutil.copytree(chapter.folder, mine.folder, ignore=leftovers.everything)
        released.write(mine)  # an author tries what isn't locked yet
        desk.open_copy(mine)
        put(mine.desk, files)
        yield mine


def misses(variant: Variant, found: Check) -> str:
    """How the verdict differs from what the patch's header asks for; "" where it asks for nothing else."""
    wanted = variant.said.get("verdict")
    if variant.is_right and not found.passed:
        return "It's called right, and isn't accepted."
    if variant.slug.startswith("wrong_") and found.passed:
        return "It's called wrong, and is accepted."
    if wanted and wanted not in " ".join(" ".join(found.lines()).split()):  # lines are broken where they are long
        return f"The verdict doesn't say {wanted!r}."
    return ""
