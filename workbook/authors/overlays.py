"""Holds what is laid over a chapter's app, the solution and the sabotaged files, to its bounds. Runs nothing."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from workbook.chapters import difference
from workbook.course import Chapter

FEW_LINES = 12  # changed lines that a sabotage may have: one defect, not another app


def findings(chapter: Chapter) -> Iterator[str]:
    """What lies beyond the bounds, as sentences."""
    for file in sorted(set(difference.texts(chapter.solution)) - set(chapter.exercise.edit)):
        yield f"the solution changes {file}, which the learner is not told to edit."
    declared = {one.slug for one in chapter.exercise.sabotage}
    shelf = chapter.folder / "exercise" / "sabotage"
    there = {folder.name for folder in shelf.iterdir() if folder.is_dir()} if shelf.is_dir() else set()
    for slug in sorted(declared ^ there):
        yield f"sabotage {slug}: " + ("its folder is missing." if slug in declared else "it is not declared.")
    for slug in sorted(declared & there):
        yield from _of_sabotage(chapter, slug)


def _of_sabotage(chapter: Chapter, slug: str) -> Iterator[str]:
    """It is the healthy app but for a few lines, and leaves the learner's files alone."""
    changed = 0
    for file, broken in difference.texts(chapter.sabotage(slug)).items():
        healthy = chapter.folder / file
        if file in chapter.exercise.edit or not healthy.is_file():
            yield f"sabotage {slug}: {file} is not a file of the app."
            continue
        lines = difflib.ndiff(difference.read(healthy).splitlines(), broken.splitlines())
        changed += sum(line[:2] in ("+ ", "- ") for line in lines)
    if not 0 < changed <= FEW_LINES:
        yield f"sabotage {slug}: {changed} lines differ from the healthy app; 1 to {FEW_LINES} may."
