"""Shows rows as a table, as `psql` would."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from workbook.nb.rendering import CODE_FONT, DIM, EDGE, Shown

BELOW = "border-style:solid;border-width:0 0 1px 0"


def table(rows: Any, columns: Sequence[str] | None = None, *, title: str = "") -> Shown:
    """Rows as a table: mappings, SQLAlchemy rows and results, a psycopg2 cursor, mapped objects, tuples with `columns`.

    What a cursor or result has not handed out yet is fetched.
    """
    names, cells = _cells(rows, columns)
    count = f"({len(cells)} row{'' if len(cells) == 1 else 's'})"
    texts = [[_text(value) for value in row] for row in cells]
    right = [bool(cells) and all(_is_number(row[place]) for row in cells) for place in range(len(names))]
    return Shown(_plain(names, texts, right, count, title), _html(names, texts, right, count, title))


def _cells(rows: Any, columns: Sequence[str] | None) -> tuple[list[str], list[list[Any]]]:
    if (description := getattr(rows, "description", None)) is not None:  # a DB-API cursor
        return list(columns or [column[0] for column in description]), [list(row) for row in rows.fetchall()]
    names = list(columns or (rows.keys() if hasattr(rows, "keys") and not isinstance(rows, Mapping) else ()))
    found = [rows] if isinstance(rows, Mapping) else list(rows)
    mappings = [_mapping(row) for row in found]
    if not names and mappings and mappings[0] is not None:
        names = list(mappings[0])
    made = [
        list(row) if mapping is None else [mapping[name] for name in names]
        for row, mapping in zip(found, mappings, strict=True)
    ]
    return names or [f"column {place}" for place in range(1, len(made[0]) + 1 if made else 1)], made


def _mapping(row: Any) -> Mapping[str, Any] | None:
    if isinstance(row, Mapping):
        return row
    if hasattr(row, "_mapping"):  # a SQLAlchemy row
        mapping = dict(row._mapping)
        [*values] = mapping.values()
        return _mapping(values[0]) or mapping if len(values) == 1 else mapping
    if hasattr(row, "__mapper__"):  # a mapped object
        return {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}
    if hasattr(row, "_asdict"):
        named: Mapping[str, Any] = row._asdict()
        return named
    return None


def _text(value: Any) -> str:
    return "NULL" if value is None else str(value)


def _is_number(value: Any) -> bool:
    from decimal import Decimal

    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _plain(names: list[str], texts: list[list[str]], right: list[bool], count: str, title: str) -> str:
    widths = [max(map(len, [name, *(row[place] for row in texts)])) for place, name in enumerate(names)]

    def line(cells: Iterable[str], heading: bool = False) -> str:
        parts = [
            cell.center(width) if heading else cell.rjust(width) if flush else cell.ljust(width)
            for cell, width, flush in zip(cells, widths, right, strict=True)
        ]
        return (" " + " | ".join(parts)).rstrip()

    rule = "-+-".join("-" * width for width in widths)
    lines = [line(names, heading=True), f"-{rule}-", *(line(row) for row in texts), count]
    return "\n".join([*([title] if title else []), *lines])


def _html(names: list[str], texts: list[list[str]], right: list[bool], count: str, title: str) -> str:
    def row(tag: str, cells: list[str], style: str) -> str:
        made = (
            f'<{tag} style="text-align:{"right" if flush else "left"};padding:.3em .9em;white-space:pre-wrap;{style}">'
            f"{escape(cell)}</{tag}>"
            for cell, flush in zip(cells, right, strict=True)
        )
        return f'<tr style="background:none">{"".join(made)}</tr>'

    head = row("th", names, f"{BELOW};{EDGE};font-weight:bold")
    body = "".join(row("td", cells, f"{BELOW};{EDGE}") for cells in texts)
    style = f"text-align:left;{DIM};padding:.2em 0"
    caption = f'<caption style="{style}">{escape(title)}</caption>' if title else ""
    return (
        f'<table style="border-collapse:collapse;margin:.4em 0;color:inherit;{CODE_FONT};'
        f'font-size:1em">{caption}<thead>{head}</thead><tbody>{body}</tbody></table>'
        f'<div style="{DIM};{CODE_FONT}">{count}</div>'
    )
