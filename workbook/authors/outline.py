"""Writes the order of the chapters into `course.toml`, and leaves all else in it as it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbook.chapters import difference
from workbook.course import OUTLINE, Course
from workbook.system import files
from workbook.system.errors import UserError

LIST = re.compile(r"^chapters\s*=\s*\[([^\]#]*)\]", re.MULTILINE)


def order(course: Course) -> list[list[str]]:
    """The names of the chapters, part by part."""
    return [[chapter.name for chapter in course.chapters if chapter.part == part] for part in course.parts]


def write(course: Course, names: Sequence[Sequence[str]]) -> None:
    """Let each part have these chapters; raises `UserError` where their lists are not written as this reads them."""
    file = course.root / OUTLINE
    text = difference.read(file)
    if len(LIST.findall(text)) != len(names):
        raise UserError(
            f"{file} is not written as this command reads it.",
            "Give each [[part]] its own `chapters = [ … ]`, without comments between the names.",
        )
    lists = iter("".join(f'    "{name}",\n' for name in part) for part in names)
    files.write(file, LIST.sub(lambda _: f"chapters = [\n{next(lists)}]", text), mode=0o644)
