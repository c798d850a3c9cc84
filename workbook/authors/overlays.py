"""Holds what is laid over a chapter's app, the solution and the variants, to its bounds. Runs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workbook.chapters import difference, variants
from workbook.chapters.variants import NAME, SABOTAGE, SUFFIX
from workbook.course import Chapter
from workbook.system.errors import UserError

FEW_LINES = 12  # changed lines that a sabotage may have: one defect, not another app


def findings(chapter: Chapter) -> Iterator[str]:
    """What lies beyond the bounds, as sentences."""
    for path in sorted(set(difference.texts(chapter.solution)) - set(chapter.exercise.edit)):
        yield f"the solution changes {path}, which the learner is not told to edit."
    for folder, name in NAME.items():
        for path, file in difference.files(chapter.folder / folder).items():
            if name.fullmatch(path):
                yield from _of_variant(chapter, file, few=folder == SABOTAGE)
            else:
                begins = "" if folder == SABOTAGE else "right_ or wrong_, "
                yield f"{folder}/{path}: its name has to be {begins}small letters and {SUFFIX}, in that folder itself."


def _of_variant(chapter: Chapter, file: Path, *, few: bool) -> Iterator[str]:
    """It can be read and applied, and changes something; a sabotage is the healthy app but for a few lines."""
    try:
        variant = variants.read(chapter, file)
        texts = variants.changed(chapter, variant)
    except UserError as error:
        yield error.what
        return
    diffs = difference.between({path: variants.base(chapter, variant.against, path) for path in texts}, texts)
    changed = sum(1 for part in diffs.values() for _ in difference.touched(part))
    if not changed or (few and changed > FEW_LINES):
        bounds = f"; 1 to {FEW_LINES} may" if few else ""
        yield f"{file.relative_to(chapter.root).as_posix()}: it changes {changed} lines{bounds}."
