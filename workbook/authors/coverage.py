"""Accounts for each row of the subject matter: which cells show it, red and right, and what is still to come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbook import notebooks
from workbook.chapters import difference
from workbook.course import Course
from workbook.notebooks.canonical import Cell
from workbook.notebooks.slides import title
from workbook.system.strict_toml import read

ROWS, PAGE = Path("docs/coverage.toml"), Path("docs/COVERAGE.md")
KINDS = "red", "right"
INTRODUCTION = """# What the course covers

Each row is a claim, a command, a listing or a question as people usually meet it, and where this workbook shows it.
`workbook dev coverage` writes this page from `coverage.toml` and from what the cells of the notebooks declare.

*Red* is a cell that shows what goes wrong, *right* one that shows how it's done.
"""


@dataclass(frozen=True)
class Row:
    """One row: what it is about, its chapters by name, and whether it has a danger that is to be seen."""

    what: str
    chapters: tuple[str, ...]
    danger: bool = False
    told: str = ""  # why the danger is told and not shown
    left_out: str = ""  # why the row has no place in the course


@dataclass(frozen=True)
class Rows:
    """All rows by their id, and the chapters that are `held` to theirs."""

    rows: Mapping[str, Row]
    held: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """A cell that shows a row: its chapter, its section, and whether it shows it red or right."""

    chapter: str
    section: str
    kind: str
    cell: Cell


def update(course: Course, *, check: bool = False) -> list[str]:
    """Write the page where it is out of date; with `check`, write nothing. Returns a sentence where it was.

    A course that lists no rows has no page. Raises `UserError` for a list that can't be read.
    """
    if not (course.root / ROWS).is_file():
        return []
    file, wanted = course.root / PAGE, page(course)
    if file.is_file() and difference.read(file) == wanted:
        return []
    if not check:
        file.write_text(wanted, encoding="utf-8", newline="\n")
    return [f"{PAGE.as_posix()}: it differs from what the notebooks declare. Run `workbook dev coverage`."]


def findings(course: Course) -> Iterator[str]:
    """What is not accounted for, as sentences."""
    listed, shown = _listed(course), places(course)
    for name, where in shown.items():
        if name not in listed.rows:
            yield f"{where[0].chapter}, “{where[0].section}”: it covers {name}, and {ROWS.as_posix()} has no such row."
        for place in where:
            if place.kind not in KINDS:
                yield f"{place.chapter}, “{place.section}”: it covers {name} as {place.kind}: say {' or '.join(KINDS)}."
            elif place.kind == "red" and not place.cell.get("outputs"):
                yield f"{place.chapter}, “{place.section}”: it shows nothing, so {name} isn't shown red there."
    for name, row in listed.rows.items():
        yield from (f"{name} ({row.what}): {said}" for said in _row_findings(row, shown.get(name, []), listed.held))


def places(course: Course) -> dict[str, list[Place]]:
    """Where each row is shown, in the order of the course."""
    found: dict[str, list[Place]] = {}
    for chapter in course.chapters:
        section = chapter.title
        for cell in notebooks.read(chapter.notebook)["cells"] if chapter.notebook.is_file() else ():
            section = title(cell) or section
            for kind, names in cell["metadata"].get("covers", {}).items():
                for name in names:
                    found.setdefault(name, []).append(Place(chapter.name, section, kind, cell))
    return found


def page(course: Course) -> str:
    """The page as Markdown."""
    listed, shown = _listed(course), places(course)
    there = {chapter.name for chapter in course.chapters}
    table = ["| | what | where |", "|---|---|---|"]
    for name, row in listed.rows.items():
        table.append(f"| {name} | {_cell(row.what)} | {_cell(_where(row, shown.get(name, []), there))} |")
    return f"{INTRODUCTION}\n{_summary(listed, shown)}\n\n" + "\n".join(table) + "\n"


def _listed(course: Course) -> Rows:
    return read(course.root / ROWS, Rows)


def _row_findings(row: Row, shown: Sequence[Place], held: Sequence[str]) -> Iterator[str]:
    kinds = {place.kind for place in shown}
    if row.left_out and shown:
        yield "it is left out, and a cell shows it all the same."
    if not row.chapters and not row.left_out:
        yield "it has no chapter: name one, or say in `left_out` why it has none."
    if row.told and "red" in kinds:
        yield "its danger is told, and a cell shows it: take `told` out."
    if row.left_out or not set(row.chapters) & set(held):
        return
    if "right" not in kinds:
        yield "no cell shows it right: declare one that does, or say in `left_out` why not."
    if row.danger and "red" not in kinds and not row.told:
        yield "no cell shows its danger red: declare one that does, or say in `told` why not."


def _where(row: Row, shown: Sequence[Place], there: set[str]) -> str:
    if row.left_out:
        return f"left out: {row.left_out}"
    sections: dict[str, list[str]] = {}
    for place in shown:
        sections.setdefault(f"`{place.chapter}` {place.section}", []).append(place.kind)
    said = [f"{section} ({', '.join(kind for kind in KINDS if kind in kinds)})" for section, kinds in sections.items()]
    said += [f"told, not shown: {row.told}"] if row.told else []
    coming = [f"`{name}`" for name in row.chapters if name not in there]
    said += [f"to come in {', '.join(coming)}"] if coming else []
    return "; ".join(said) or f"not traced yet: {', '.join(f'`{name}`' for name in row.chapters)}"


def _summary(listed: Rows, shown: dict[str, list[Place]]) -> str:
    left_out = sum(bool(row.left_out) for row in listed.rows.values())
    covered = sum(name in shown for name in listed.rows)
    return f"{len(listed.rows)} rows: {covered} shown, {left_out} left out, the others to come."


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
