"""The README's chapter table, made from what the course declares, and kept between two markers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from workbook.chapters import difference
from workbook.course import Chapter, Course, Part
from workbook.system.errors import UserError

BEGIN, END = "<!-- chapters -->", "<!-- /chapters -->"
DATABASES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
KINDS = {"build": "build", "catch": "catch the defect"}


def update(course: Course, *, check: bool = False) -> list[str]:
    """Write the table into README.md where it is out of date; with `check`, write nothing.

    Returns a sentence where it was out of date. Raises `UserError` for a README without markers.
    """
    file = course.root / "README.md"
    if not file.is_file():
        raise UserError(f"{file} is missing.", f"Write it, with the lines {BEGIN} and {END} where the table belongs.")
    text = difference.read(file)
    above, begin, rest = text.partition(BEGIN)
    _, end, below = rest.partition(END)
    if not begin or not end:
        raise UserError(f"{file} has no place for the chapter table.", f"Put the lines {BEGIN} and {END} into it.")
    wanted = f"{above}{BEGIN}\n\n{table(course)}\n{END}{below}"
    if text == wanted:
        return []
    if not check:
        file.write_text(wanted, encoding="utf-8", newline="\n")
    return ["README.md: the chapter table differs from what is declared. Write it anew: `workbook dev readme`."]


def table(course: Course) -> str:
    """The chapters by part, as Markdown; its last line ends with a newline."""
    parts = groupby(course.chapters, key=lambda chapter: chapter.part)
    return "\n".join("\n".join(_part(part, list(chapters))) + "\n" for part, chapters in parts)


def duration(minutes: int) -> str:
    """Minutes as a person says them: `45 min`, `2 h`, `2 h 10 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest or not hours else [])])


def _part(part: Part, chapters: list[Chapter]) -> Iterator[str]:
    packages = ", ".join(f"`{name}`" for name in dict.fromkeys(chapter.package for chapter in chapters))
    total = sum(chapter.minutes.total for chapter in chapters)
    yield f"**Part {part.number} · {part.title}** ({packages}, {duration(total)})"
    yield ""
    yield "| | chapter | exercise | database | minutes |"
    yield "|---|---|---|---|---|"
    for chapter in chapters:
        yield _row(
            chapter.number,
            f"[{chapter.title}](notebooks/{chapter.slug}.ipynb)",
            KINDS[chapter.exercise.kind],
            ", ".join(DATABASES[one] for one in chapter.databases) or "none",
            f"{chapter.minutes.walk} + {chapter.minutes.exercise}",
        )


def _row(*cells: str) -> str:
    return f"| {' | '.join(_cells(cells))} |"


def _cells(cells: Iterable[str]) -> Iterator[str]:
    return (cell.replace("|", "\\|") for cell in cells)
