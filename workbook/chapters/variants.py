"""Reads a chapter's variants: answers that were tried on its exercise and sabotages of its app, each a patch."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from workbook.chapters import difference, patch
from workbook.chapters.patch import FilePatch, PatchError
from workbook.chapters.targets import OF_TESTS
from workbook.course import Chapter
from workbook.system.errors import UserError

CASES, SABOTAGE = "exercise/cases", "exercise/sabotage"
SUFFIX = ".diff"
NAME = {CASES: re.compile(r"(right|wrong)_[a-z0-9_]+\.diff"), SABOTAGE: re.compile(r"[a-z][a-z0-9_]*\.diff")}
KEYS: Mapping[str, tuple[str, ...]] = {  # of the header, all of them needed
    "right": ("against",),
    "wrong": ("against", "mistake", "verdict"),
    "sabotage": ("defect",),
}
AGAINST = ("stage", "solution")
SAID = re.compile(r"#\s*(\w+)\s*:[ \t]*(.*?)\s*\n?")

Kind = Literal["right", "wrong", "sabotage"]


@dataclass(frozen=True)
class Variant:
    """A patch, and what its header says of it: `against`, `mistake`, `verdict`, `defect`."""

    file: Path
    said: Mapping[str, str]
    header: str
    files: tuple[FilePatch, ...]

    @property
    def slug(self) -> str:
        return self.file.stem

    @property
    def is_right(self) -> bool:
        """Whether it is called an answer that is to pass."""
        return self.slug.startswith("right_")

    @property
    def against(self) -> str:
        """What it is a patch to: `stage` or `solution`."""
        return self.said.get("against", "stage")


def cases(chapter: Chapter, kind: str = "*") -> list[Path]:
    """The answers that were tried, `right` or `wrong` ones or all, sorted by name."""
    return sorted((chapter.folder / CASES).glob(f"{kind}_*{SUFFIX}"))


def sabotages(chapter: Chapter) -> list[Path]:
    """The patches that each put one defect into the app, sorted by name."""
    return sorted((chapter.folder / SABOTAGE).glob(f"*{SUFFIX}"))


def read(chapter: Chapter, file: Path) -> Variant:
    """A variant by its file; the header of one that lies elsewhere than the chapter's own may say less.

    Raises `UserError` with the file's name and line for a header that says too little or too much, a patch that
    cannot be read, and one to a file that such a variant may not change.
    """
    text, kind = difference.read(file).removeprefix(BOM_UTF8.decode()), _kind(chapter, file)
    lines = difference.lines(text)
    end = next((place for place, line in enumerate(lines) if not line.startswith("#")), len(lines))
    try:
        said = _said(lines[:end], kind)
        found = Variant(file, said, "".join(lines[:end]), tuple(patch.parse(text)))
        for one in found.files:
            if why := _is_not_for(chapter, kind, one.path):
                raise PatchError(one.line, why)
    except PatchError as error:
        raise _error(chapter, file, error) from None
    return found


def changed(chapter: Chapter, variant: Variant, at: Callable[[str], str | None] | None = None) -> dict[str, str | None]:
    """The texts of the files that the patch changes, as it leaves them; None for one that it removes.

    `at` gives the texts that it is applied to; by default, those that it says it is against. Raises `UserError` with
    the patch's file and line where it does not fit.
    """
    try:
        return patch.apply(variant.files, at or (lambda path: base(chapter, variant.against, path)))
    except PatchError as error:
        raise _error(chapter, variant.file, error) from None


def laid_over(chapter: Chapter, variant: Variant) -> dict[str, str | None]:
    """All files in which the variant differs from the stage, the solution's too where it is against that."""
    solution = difference.texts(chapter.solution) if variant.against == "solution" else {}
    return {**solution, **changed(chapter, variant)}


def base(chapter: Chapter, against: str, path: str) -> str | None:
    """The text of a file of the stage or of the solution; None where there is none."""
    files = (folder / path for folder in folders(chapter, against))
    return next((difference.read(file) for file in files if file.is_file()), None)


def folders(chapter: Chapter, against: str) -> list[Path]:
    """Where the files are that such a patch is to: the first of these folders that has one counts."""
    return [chapter.solution, chapter.folder] if against == "solution" else [chapter.folder]


def _kind(chapter: Chapter, file: Path) -> Kind | None:
    if file.parent == chapter.folder / SABOTAGE:
        return "sabotage"
    if file.parent == chapter.folder / CASES:
        return "right" if file.name.startswith("right_") else "wrong"
    return None


def _said(header: list[str], kind: Kind | None) -> dict[str, str]:
    allowed = KEYS[kind] if kind else sorted({key for keys in KEYS.values() for key in keys})
    said: dict[str, str] = {}
    for number, line in enumerate(header, start=1):
        key, value = found.groups() if (found := SAID.fullmatch(line)) else (line.strip("# \n"), "")
        if key not in allowed:
            near = get_close_matches(key, allowed, 1, cutoff=0)[0]
            raise PatchError(number, f"a header has no {key!r} here; do you mean {near!r}?")
        if not value or key in said:
            raise PatchError(number, f"the header says {key!r} twice." if value else f"{key!r} says nothing.")
        said[key] = value
        if key == "against" and value not in AGAINST:
            raise PatchError(number, f"a patch is against {' or '.join(AGAINST)}, not {value!r}.")
    for key in KEYS[kind] if kind else ():
        if key not in said:
            raise PatchError(len(header) + 1, f"the header does not say {key!r}: `# {key}: …`.")
    return said


def _is_not_for(chapter: Chapter, kind: Kind | None, path: str) -> str:
    """Why such a variant may not change this file; "" where it may."""
    if kind in ("right", "wrong") and path not in chapter.exercise.edit:
        return f"a case changes only what the learner edits ({', '.join(chapter.exercise.edit)}), not {path}."
    in_app = "/" in path and not path.startswith(OF_TESTS) and (chapter.folder / path).is_file()
    if kind == "sabotage" and (path in chapter.exercise.edit or not in_app):
        return f"a sabotage changes only the app: {path} is not a file of it."
    return ""


def _error(chapter: Chapter, file: Path, error: PatchError) -> UserError:
    name = file.relative_to(chapter.root).as_posix() if file.is_relative_to(chapter.root) else str(file)
    return UserError(f"{name}, {error}", "Mend that line, or make the patch anew.")
