"""Draws the tables that SQLAlchemy metadata describes, with keys, and a line for each relation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.patches import FancyBboxPatch, Rectangle

from workbook.pictures.picture import (
    BLUE,
    CODE,
    FAINT,
    INK,
    PALE_BLUE,
    PALE_GREY,
    SMALL,
    TITLE,
    Canvas,
    Picture,
    width_of,
)

if TYPE_CHECKING:
    from sqlalchemy import Column, MetaData, Table

MARGIN, HEAD, ROW, PAD, GAP, BELOW = 0.25, 0.46, 0.36, 0.2, 1.2, 0.5  # inches
LOOP = 0.3  # inches: how far a table's line to itself goes out
NARROWEST = 4.0  # inches: a picture of one small table


@dataclass(frozen=True)
class _Line:
    """One column of a table, as it is written."""

    name: str
    type: str
    marks: str
    refers: tuple[str, str] | None  # table and column that a foreign key points to

    def __str__(self) -> str:
        marks = f", {self.marks}" if self.marks else ""
        refers = f" → {'.'.join(self.refers)}" if self.refers else ""
        return f"{self.name} {self.type}{marks}{refers}"


class _Box:
    """One table: its lines, its size, and where it stands."""

    def __init__(self, table: Table) -> None:
        self.name = table.name
        self.lines = [_line(column) for column in table.columns]
        self.names = max(width_of(line.name, SMALL, family=CODE, weight="bold") for line in self.lines)
        types = max(width_of(line.type, SMALL, family=CODE) for line in self.lines)
        self.marks = max(width_of(line.marks, SMALL - 1, weight="bold") for line in self.lines)
        body = PAD + self.names + 0.3 + types + 0.3 + self.marks + PAD
        self.width = max(body, width_of(self.name, SMALL + 1, weight="bold") + 2 * PAD)
        self.height = HEAD + ROW * len(self.lines) + 0.1
        self.keys = sum("PK" in line.marks for line in self.lines)  # columns of the primary key
        self.x = self.y = 0.0

    def row(self, column: str) -> float:
        """The height of a column's line on the paper."""
        place = next(place for place, line in enumerate(self.lines) if line.name == column)
        return self.y + HEAD + 0.05 + ROW * (place + 0.5)


def er_diagram(metadata: MetaData, title: str = "") -> Picture:
    """The tables of `metadata` as boxes: column, type, PK, FK, unique, NULL where it is allowed; a line per relation.

    A table stands to the right of those that it refers to; "n" and "1" say how many rows stand on either side.
    """
    boxes = {table.name: _Box(table) for table in metadata.sorted_tables}
    columns = _columns(metadata, boxes)
    top = MARGIN + (0.55 if title else 0.0)
    x = MARGIN
    for column in columns:
        y = top
        for box in column:
            box.x, box.y = x, y
            y += box.height + BELOW
        x += max(box.width for box in column) + GAP
    width = max(NARROWEST, x - GAP + MARGIN, width_of(title, TITLE, weight="bold") + 2 * MARGIN)
    height = max(box.y + box.height for box in boxes.values()) + MARGIN
    canvas = Canvas(width, height)
    if title:
        canvas.text(MARGIN, MARGIN + 0.16, title, fontsize=TITLE, weight="bold")
    for box in boxes.values():
        for line in box.lines:
            if line.refers:
                _relation(canvas, box, line, boxes[line.refers[0]])
    for box in boxes.values():
        _draw(canvas, box)
    return canvas.picture(_alternative(title, boxes))


def _line(column: Column[object]) -> _Line:
    key = next(iter(column.foreign_keys), None)
    marks = ["PK"] if column.primary_key else []
    marks += ["FK"] if key else []
    marks += ["unique"] if _is_unique(column) else []
    marks += ["NULL"] if column.nullable else []
    target = (key.column.table.name, key.column.name) if key else None
    return _Line(column.name, str(column.type), " ".join(marks), target)


def _is_unique(column: Column[object]) -> bool:
    from sqlalchemy import UniqueConstraint

    alone: list[UniqueConstraint] = [one for one in column.table.constraints if isinstance(one, UniqueConstraint)]
    return bool(column.unique) or any([*one.columns] == [column] for one in alone)


def _columns(metadata: MetaData, boxes: dict[str, _Box]) -> list[list[_Box]]:
    """Boxes from left to right, each right of those it refers to, and as near to them as can be."""
    parents = {
        table.name: {key.column.table.name for key in table.foreign_keys} - {table.name}
        for table in metadata.sorted_tables
    }
    depth: dict[str, int] = {}
    for name, its in parents.items():  # sorted: parents come first
        depth[name] = max((depth[one] + 1 for one in its if one in depth), default=0)
    for name in reversed(parents):
        children = [depth[one] for one, its in parents.items() if name in its]
        depth[name] = max(depth[name], min(children, default=0) - 1)
    found = [[boxes[name] for name in parents if depth[name] == place] for place in range(max(depth.values()) + 1)]
    return [column for column in found if column]


def _draw(canvas: Canvas, box: _Box) -> None:
    shape: dict[str, Any] = {"boxstyle": "round,pad=0,rounding_size=0.08", "linewidth": 1.8, "zorder": 3}
    canvas.axes.add_patch(
        FancyBboxPatch((box.x, box.y), box.width, box.height, facecolor="white", edgecolor=INK, **shape)
    )
    canvas.axes.add_patch(FancyBboxPatch((box.x, box.y), box.width, HEAD, facecolor=PALE_BLUE, edgecolor=INK, **shape))
    canvas.text(box.x + PAD, box.y + HEAD / 2, box.name, fontsize=SMALL + 1, weight="bold", zorder=4)
    for place, line in enumerate(box.lines):
        y = box.row(line.name)
        if place % 2:
            canvas.axes.add_patch(
                Rectangle((box.x + 0.03, y - ROW / 2), box.width - 0.06, ROW, facecolor=PALE_GREY, zorder=3)
            )
        weight = "bold" if "PK" in line.marks else "normal"
        canvas.text(box.x + PAD, y, line.name, fontsize=SMALL, family=CODE, weight=weight, zorder=4)
        canvas.text(box.x + PAD + box.names + 0.3, y, line.type, fontsize=SMALL, family=CODE, color=FAINT, zorder=4)
        canvas.text(
            box.x + box.width - PAD, y, line.marks, fontsize=SMALL - 1, weight="bold", color=BLUE, ha="right", zorder=4
        )


def _relation(canvas: Canvas, box: _Box, line: _Line, target: _Box) -> None:
    """From the foreign key's line to the line that it refers to, in right angles."""
    assert line.refers
    start, end = box.row(line.name), target.row(line.refers[1])
    many = "1" if "unique" in line.marks or ("PK" in line.marks and box.keys == 1) else "n"
    if target is box:
        right = box.x + box.width
        xs, ys = [right, right + LOOP, right + LOOP, right], [start, start, end, end]
        many_x, side = right + 0.1, "left"
    else:
        right, place = target.x + target.width, box.lines.index(line) / max(1, len(box.lines) - 1)
        turn = box.x - GAP * (0.3 + 0.25 * place)
        xs, ys = [box.x, turn, turn, right], [start, start, end, end]
        many_x, side = box.x - 0.1, "right"
    canvas.axes.plot(xs, ys, color=BLUE, linewidth=2.2, zorder=2, solid_joinstyle="round")
    canvas.axes.plot([xs[-1]], [ys[-1]], marker="o", markersize=8, color=BLUE, zorder=5)
    canvas.text(many_x, start - 0.17, many, fontsize=SMALL, weight="bold", color=BLUE, ha=side)
    canvas.text(right + 0.1, end - 0.17, "1", fontsize=SMALL, weight="bold", color=BLUE)


def _alternative(title: str, boxes: dict[str, _Box]) -> str:
    told = [f"Tables: {title}" if title else "Tables:"]
    for box in boxes.values():
        told += [f"  {box.name}", *(f"    {line}" for line in box.lines)]
    return "\n".join(told)
