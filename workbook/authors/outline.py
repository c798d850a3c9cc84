"""Writes the order of the chapters into `course.toml`, and leaves all else in it as it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbook.chapters import difference
from workbook.course import OUTLINE, Course, Part
from workbook.system import files
from workbook.system.errors import UserError

LIST = re.compile(r"^chapters\s*=\s*\[([^\]#]*)\]", re.MULTILINE)


def order(course: Course) -> list[list[str]]:
    """The names of the chapters, part by part; raises `UserError` where `write` could not write them."""
    file = course.root / OUTLINE
    if len(LIST.findall(difference.read(file))) != len(course.parts):
        raise UserError(
            f"{file} is not written as this command reads it.",
            "Give each [[part]] its own `chapters = [ … ]`, without comments between the names.",
        )
    return [[chapter.name for chapter in course.chapters if chapter.part == part] for part in course.parts]


def part(course: Course, wanted: str | None) -> Part | None:
    """The part of this number or title; None where none is asked for."""
    for one in course.parts:
        if wanted in (str(one.number), one.title):
            return one
    if wanted is None:
        return None
    known = ", ".join(f"{one.number} ({one.title})" for one in course.parts)
    raise UserError(f"There is no part {wanted!r}.", f"Name one of {known}; or declare it in course.toml first.")


def write(course: Course, names: Sequence[Sequence[str]]) -> None:
    """Let each part have these chapters."""
    file = course.root / OUTLINE
    lists = iter("".join(f'    "{name}",\n' for name in part) for part in names)
    text = LIST.sub(lambda _: f"chapters = [\n{next(lists)}]", difference.read(file))
    files.write(file, text, mode=0o644)
