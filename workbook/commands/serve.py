"""`workbook serve` and `run`: a chapter's app, and any command beside it."""

from __future__ import annotations

import os
import re
from typing import Annotated

import typer

from workbook import course
from workbook.commands.desk import Which, chosen
from workbook.course import Chapter
from workbook.trouble import Trouble


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(serve)
    app.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})(run)


def serve(
    number: Which = None,
    port: Annotated[int | None, typer.Option(help="The port; left out, a free one is found from 8000 on.")] = None,
) -> None:
    """Serve your copy of a chapter's app, or the stage where you have none; a save reloads it."""
    from workbook import handover, ports
    from workbook.serve import USUAL_PORT, Workplace

    place = Workplace(chosen(course.load(), number))
    port = ports.choose(port, USUAL_PORT)
    command, beside = place.server(port)
    env = place.environment(os.environ) | beside
    typer.echo(f"Serving {_shown(place.chapter)}. Try it by hand at http://127.0.0.1:{port}/docs")
    typer.echo("A save reloads it; Ctrl-C stops it.")
    handover.hand_over(command, env, folder=place.folder)


def run(
    arguments: Annotated[
        list[str],
        typer.Argument(metavar="[NN] -- COMMAND …", help="A chapter, and what to run: pytest, python, alembic."),
    ],
) -> None:
    """Run a command in your copy of a chapter, or in the stage, with the chapter's database."""
    from workbook import handover
    from workbook.serve import Workplace
    from workbook.spoken import call

    loaded = course.load()
    named = re.fullmatch(r"\d{1,2}", arguments[0]) or arguments[0] in loaded.by_slug
    number, command = (arguments[0], arguments[1:]) if named else (None, arguments)
    command = command[1:] if command[:1] == ["--"] else command
    if not command:
        raise Trouble("Run what?", f"Name a command, as in: {call('run 04 -- pytest')}")
    place = Workplace(chosen(loaded, number))
    try:
        handover.hand_over(command, place.environment(os.environ), folder=place.folder)
    except FileNotFoundError:
        raise Trouble(
            f"There is no program {command[0]!r}, neither in .venv nor on your PATH.",
            f"Look at its spelling, or install it. Python code runs as: {call('run -- python FILE')}",
        ) from None


def _shown(chapter: Chapter) -> str:
    folder = chapter.desk if chapter.desk.is_dir() else chapter.folder
    return folder.relative_to(chapter.root).as_posix()
