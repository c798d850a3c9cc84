"""Gives the hints of an exercise one tier at a time, and remembers how many were read."""

from __future__ import annotations

from workbook.course import Chapter
from workbook.learner import progress
from workbook.system.invocation import call


def take(chapter: Chapter) -> list[str]:
    """The next hint, or the last one again; after passing every hint, and none is counted. The chapter comes first."""
    hints = chapter.exercise.hints
    with progress.changed(chapter.root) as remembered:
        entry = remembered.of(chapter)
        entry.hints = min(entry.hints + (not entry.done), len(hints))
        first, last = (1, len(hints)) if entry.done else (entry.hints, entry.hints)
    lines = [f"Hint {place} of {len(hints)}: {hints[place - 1]}" for place in range(first, last + 1)]
    lines[0] = f"Chapter {chapter.number} · {lines[0]}"
    if first == last == len(hints):
        lines.append(f"That was the last one. The notebook of chapter {chapter.number} has the rest;")
        lines.append(f"`{call(f'solution {chapter.number} --give-up')}` shows an answer.")
    return lines
