"""`workbook notes`: what a teacher of a chapter says, asks and expects."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from workbook import course
from workbook.commands.chapter_argument import LAST, chosen
from workbook.system.errors import UserError
from workbook.system.invocation import call

if TYPE_CHECKING:
    from workbook.teaching.timetable import Rhythm


class Format(StrEnum):
    """How the notes are written."""

    TEXT = "text"
    MD = "md"
    HTML = "html"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(notes)


def notes(
    numbers: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NN …]", help=f"Chapters; without one, {LAST}."),
    ] = None,
    format: Annotated[Format, typer.Option(help="For this screen, as Markdown, or as a page to print.")] = Format.TEXT,
    schedule: Annotated[
        str | None, typer.Option(metavar="HH:MM", help="When you begin: every section gets its time.")
    ] = None,
    rest: Annotated[
        str, typer.Option("--break", metavar="REST/WORK", help="With a schedule: minutes of rest after so much work.")
    ] = "10/60",
) -> None:
    """Show what to say, ask and expect in each section, with its minutes: for those who teach a chapter."""
    from workbook.teaching import notes as written
    from workbook.teaching.plan import plan

    loaded = course.load()
    chapters = [loaded.find(one) for one in numbers] if numbers else [chosen(loaded, None)]
    text = written.markdown([plan(chapter) for chapter in chapters], _rhythm(schedule, rest))
    match format:
        case Format.TEXT:
            from rich.console import Console
            from rich.markdown import Markdown

            Console(highlight=False).print(Markdown(text))
        case Format.MD:
            typer.echo(text, nl=False)
        case Format.HTML:
            typer.echo(written.page(text, f"Notes on {' and '.join(one.title for one in chapters)}"), nl=False)


def _rhythm(schedule: str | None, rest: str) -> Rhythm:
    from workbook.teaching.timetable import Rhythm, at

    found = re.fullmatch(r"([1-9]\d{0,2})/([1-9]\d{0,2})", rest)
    if not found:
        example = f"Write minutes of rest, a slash, minutes of work: {call('notes 04 --schedule 09:00 --break 10/60')}"
        raise UserError(f"{rest!r} is no rhythm of breaks.", example)
    try:
        start = at(schedule) if schedule else None
    except ValueError:
        raise UserError(f"{schedule!r} is no time of day.", "Write it as hours and minutes: 09:00") from None
    return Rhythm(start, int(found[1]), int(found[2]))
