"""Applies unified diffs to texts without git: exactly where they say, or not at all."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from workbook.chapters import difference

GIT = re.compile(r"diff --git a/(.+) b/\1\n")
PLACE = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@.*\n")
OF_NO_WEIGHT = re.compile(r"((index |new file mode |deleted file mode |diff (?!--git a/)).*)?\n")
ELSEWHERE = re.compile(r"/.*|.*[\\:].*|(.*/)?\.\.?(/.*)?|")
NO_FILE = "/dev/null"


class PatchError(Exception):
    """Why a patch cannot be read or applied, and at which of its lines, counted from 1."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line, self.why = line, why


@dataclass(frozen=True)
class Line:
    """A line of a patch: its place, from 1, and its text, which ends as the line of the file does."""

    number: int
    text: str


@dataclass(frozen=True)
class Hunk:
    """Lines of a file, with `start` others before them, and those that take their place."""

    line: int  # of the patch, from 1
    start: int
    old: list[Line]
    new: list[str]


@dataclass
class FilePatch:
    """What a patch does to one file; `is_new` and `is_gone` say that there is none before, or none after."""

    path: str
    line: int
    is_new: bool = False
    is_gone: bool = False
    hunks: list[Hunk] = field(default_factory=list)


def parse(patch: str) -> list[FilePatch]:
    """Read a diff as git, `diff -u` or this workbook writes it; lines with a # may stand before it.

    Raises `PatchError` for a line that belongs to no diff, a rename, a path that leads elsewhere, and a file that
    is named twice or not changed.
    """
    lines = _lines(patch)
    found: list[FilePatch] = []
    while lines:
        line = lines.pop(0)
        if git := GIT.fullmatch(line.text):
            found.append(FilePatch(git[1], line.number))
        elif found and (place := PLACE.fullmatch(line.text)):
            found[-1].hunks.append(_hunk(line, place, lines))
        elif line.text.startswith("--- ") and lines and lines[0].text.startswith("+++ "):
            _take_names(found, line, lines.pop(0))
        elif not (OF_NO_WEIGHT.fullmatch(line.text) or (line.text.startswith("#") and not found)):
            raise PatchError(line.number, f"no diff has this line here: {line.text.rstrip()}")
        elif found:
            found[-1].is_new |= line.text.startswith("new file mode ")
            found[-1].is_gone |= line.text.startswith("deleted file mode ")
    for one in found:
        _check(one, found)
    return found


def apply(patches: Sequence[FilePatch], read: Callable[[str], str | None]) -> dict[str, str | None]:
    """The texts that come of it, by their paths; `read` gives the ones before. None stands for "no such file".

    Raises `PatchError` where a file does not have the lines that the patch expects, where it expects them.
    """
    return {one.path: _applied(one, read(one.path)) for one in patches}


def _lines(patch: str) -> list[Line]:
    """The lines; where git's mark stands below one, that does not end."""
    found: list[Line] = []
    whole = patch.removeprefix(BOM_UTF8.decode())
    for number, text in enumerate(difference.lines(whole if whole.endswith("\n") else f"{whole}\n"), start=1):
        if text.startswith(difference.NO_NEWLINE[:2]) and found:
            found[-1] = Line(number - 1, found[-1].text.rstrip("\n"))
        else:
            found.append(Line(number, text))
    return found


def _take_names(found: list[FilePatch], *lines: Line) -> None:
    """Read the two lines with the file's names: all that tells them in a diff that is not git's."""
    old, new = (line.text[4:].partition("\t")[0].rstrip("\n") for line in lines)
    path = re.sub(r"^[ab]/", "", old if new == NO_FILE else new)
    if not (found and found[-1].path == path and not found[-1].hunks):
        found.append(FilePatch(path, lines[0].number))
    found[-1].is_new |= old == NO_FILE
    found[-1].is_gone |= new == NO_FILE


def _hunk(head: Line, place: re.Match[str], lines: list[Line]) -> Hunk:
    """Take the lines of a hunk away from those that follow its head."""
    left = {"-": int(place[2] or 1), "+": int(place[3] or 1)}
    hunk = Hunk(head.number, int(place[1]) - (left["-"] > 0), [], [])
    while any(left.values()):
        line = lines.pop(0) if lines else head
        sign, text = line.text[0], line.text[1:]
        if sign == "\n":  # an editor took away the lone blank
            sign, text = " ", "\n"
        for side in "-+" if sign == " " else sign:
            left[side] = left.get(side, 0) - 1
        if min(left.values()) < 0:
            raise PatchError(line.number, f"the hunk of line {head.number} announces other lines than it has.")
        if sign != "+":
            hunk.old.append(Line(line.number, text))
        if sign != "-":
            hunk.new.append(text)
    return hunk


def _check(patch: FilePatch, all_of_them: Sequence[FilePatch]) -> None:
    if ELSEWHERE.fullmatch(patch.path):
        raise PatchError(patch.line, f"{patch.path} is no path inside a chapter.")
    if not (patch.hunks or patch.is_new or patch.is_gone):
        raise PatchError(patch.line, f"it changes nothing in {patch.path}.")
    if next(one for one in all_of_them if one.path == patch.path) is not patch:
        raise PatchError(patch.line, f"{patch.path} stands there a second time.")


def _applied(patch: FilePatch, text: str | None) -> str | None:
    if patch.is_new and text is not None:
        raise PatchError(patch.line, f"it adds {patch.path}, which is there already.")
    if not patch.is_new and text is None:
        raise PatchError(patch.line, f"there is no {patch.path}.")
    lines = difference.lines(text or "")
    done: list[str] = []
    at = 0
    for hunk in patch.hunks:
        if not at <= hunk.start <= len(lines):
            raise PatchError(hunk.line, f"it does not fit {patch.path}: its place is not there, or changed already.")
        for place, line in enumerate(hunk.old, start=hunk.start):
            there = lines[place] if place < len(lines) else None
            if there != line.text:
                raise PatchError(line.number, f"it does not fit line {place + 1} of {patch.path}{_unlike(there)}")
        done += [*lines[at : hunk.start], *hunk.new]
        at = hunk.start + len(hunk.old)
    done += lines[at:]
    if not all(line.endswith("\n") for line in done[:-1]):
        raise PatchError(patch.line, f"the last line of {patch.path} is another one, or ends otherwise.")
    if patch.is_gone and done:
        raise PatchError(patch.line, f"it removes {patch.path}, and knows only a part of it.")
    return None if patch.is_gone else "".join(done)


def _unlike(there: str | None) -> str:
    return ", which is not there." if there is None else f": {there.strip()}" if there.strip() else ", which is empty."
