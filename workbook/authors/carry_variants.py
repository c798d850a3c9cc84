"""Carries a change on into the patches of a chapter: cases and sabotages keep what they change, on the new text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from workbook.authors import fitting, git
from workbook.authors.git import Change
from workbook.chapters import difference, variants
from workbook.chapters.variants import Variant
from workbook.course import Chapter
from workbook.system.errors import UserError


def rebased(chapters: Iterable[Chapter]) -> Iterator[tuple[Path, str | None]]:
    """The patches to files that are not as they were committed: each with its new text, or None where it doesn't fit.

    A patch that fits already, because somebody has mended it, is not among them.
    """
    for chapter in chapters:
        for file in (*variants.cases(chapter), *variants.sabotages(chapter)):
            variant = variants.read(chapter, file)
            paths = [one.path for one in variant.files]
            changes = {path: _change_of_base(chapter, variant.against, path) for path in paths}
            if all(change.before == change.after for change in changes.values()) or _fits(chapter, variant):
                continue
            yield file, _rebased(chapter, variant, changes)


def _rebased(chapter: Chapter, variant: Variant, changes: dict[str, Change]) -> str | None:
    before = {path: change.before for path, change in changes.items()}
    after = {path: change.after for path, change in changes.items()}
    try:
        varied = variants.changed(chapter, variant, before.get)
    except UserError:
        return None
    new = {}
    for path, text in varied.items():
        if fit := fitting.fit_words(path, changes[path], text) or fitting.fit(Change(before[path], text), after[path]):
            new[path] = fit.change.after
    if any(new[path] == after[path] for path in new):
        return None
    if new.keys() != varied.keys():
        return None
    return variant.header + "".join(difference.between(after, new).values())


def _fits(chapter: Chapter, variant: Variant) -> bool:
    try:
        variants.changed(chapter, variant)
    except UserError:
        return False
    return True


def _change_of_base(chapter: Chapter, against: str, path: str) -> Change:
    """What happened since the last commit to the text that a variant is a patch to."""
    places = ((folder / path).relative_to(chapter.root) for folder in variants.folders(chapter, against))
    texts = (git.committed(chapter.root, place.as_posix()) for place in places)
    before = next((text for text in texts if text is not None), None)
    return Change(before, variants.base(chapter, against, path))
