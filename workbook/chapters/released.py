"""Which of a chapter's files differ from those that were released with it; FILES.lock has their fingerprints."""

from __future__ import annotations

import hashlib
from pathlib import Path

from workbook.chapters import difference
from workbook.chapters.changes import FINGERPRINTS, LOCK
from workbook.chapters.variants import CASES
from workbook.course import Chapter

LENGTH = 16  # hexadecimal digits of a fingerprint


def fingerprints(chapter: Chapter) -> dict[str, str]:
    """Of every file that a check may use, by its path; the ends of lines do not count."""
    files = difference.files(chapter.folder, without=(LOCK, FINGERPRINTS, CASES))
    return {path: _of(file) for path, file in files.items()}


def write(chapter: Chapter) -> None:
    """Make the files as they are the released ones."""
    lines = [f"{fingerprint} {path}\n" for path, fingerprint in fingerprints(chapter).items()]
    (chapter.folder / FINGERPRINTS).write_text("".join(lines), encoding="utf-8", newline="\n")


def edited(chapter: Chapter) -> list[str]:
    """The files that were changed, added or removed since, sorted; [] where nothing was written down."""
    then, now = _then(chapter), fingerprints(chapter)
    return sorted(path for path in then.keys() | now.keys() if then.get(path) != now.get(path)) if then else []


def is_as_released(chapter: Chapter, path: str, file: Path) -> bool:
    """Whether `file` is what the chapter's file at `path` was then; where nothing was written down, what it is now."""
    known = _then(chapter) or fingerprints(chapter)
    return file.is_file() and _of(file) == known.get(path)


def _of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes().replace(b"\r\n", b"\n")).hexdigest()[:LENGTH]


def _then(chapter: Chapter) -> dict[str, str]:
    file = chapter.folder / FINGERPRINTS
    lines = difference.read(file).splitlines() if file.is_file() else []
    return {path: fingerprint for fingerprint, _, path in (line.partition(" ") for line in lines) if path}
