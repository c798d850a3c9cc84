"""Takes the learner's work along when a newer version of the course gives its chapter another number."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

WORK = ("desk", ".workbook/notebooks")
NUMBERED = re.compile(r"\d\d_(?P<name>[a-z][a-z0-9_]*)(?P<ending>|\.ipynb)")


def follow(root: Path) -> list[str]:
    """Rename what lies under a chapter's old number, where nothing has the new name yet; a sentence for each."""
    told = []
    for old, new in _renumbered(root):
        with suppress(OSError):  # in use: it follows another time
            if not os.path.lexists(new):
                old.rename(new)
                told.append(f"{old.relative_to(root).as_posix()} is {new.relative_to(root).as_posix()} now.")
    if told:
        told.append("The course has new chapters before it. Your work is as it was.")
    return told


def _renumbered(root: Path) -> Iterator[tuple[Path, Path]]:
    slugs = {folder.name[3:]: folder.name for folder in (root / "chapters").glob("[0-9][0-9]_*")}
    for file in (one for shelf in WORK for one in sorted((root / shelf).glob("[0-9][0-9]_*"))):
        named = NUMBERED.fullmatch(file.name)
        slug = slugs.get(named["name"]) if named else None
        if named and slug and not file.name.startswith(slug):
            yield file, file.with_name(f"{slug}{named['ending']}")
