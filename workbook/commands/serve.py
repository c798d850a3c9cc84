"""`workbook serve` and `run`: a chapter's app, and any command beside it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Annotated

import typer

from workbook import course
from workbook.commands.chapter_argument import ChapterArgument, chosen
from workbook.system.errors import UserError
from workbook.system.invocation import call

if TYPE_CHECKING:
    from workbook.serving.workplace import Workplace


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(serve)
    app.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})(run)


def serve(
    number: ChapterArgument = None,
    port: Annotated[int | None, typer.Option(help="The port; left out, a free one is found from 8000 on.")] = None,
) -> None:
    """Serve your copy of a chapter's app, which a save reloads; without a copy, the chapter's own app."""
    from workbook.learner import desk
    from workbook.serving.workplace import USUAL_PORT, Workplace
    from workbook.setup import exec
    from workbook.system import ports

    place = Workplace(chosen(course.load(), number))
    port = ports.choose(port, USUAL_PORT)
    command, beside = place.server(port)
    env = place.environment(os.environ) | beside
    own, folder = _own(place), desk.shown(place.chapter, place.folder)
    typer.echo(f"Serving {folder}. Try it by hand at http://127.0.0.1:{port}/docs")
    typer.echo(f"{own}\nCtrl-C stops it." if own else "A save reloads it; Ctrl-C stops it.")
    exec.hand_over(command, env, folder=place.folder)


def run(
    arguments: Annotated[
        list[str],
        typer.Argument(metavar="[NN] -- COMMAND …", help="A chapter, and what to run: pytest, python, alembic."),
    ],
) -> None:
    """Run a command in your copy of a chapter, with its database; without a copy, beside the chapter's own app."""
    from workbook.serving.workplace import Workplace
    from workbook.setup import exec

    loaded = course.load()
    named = re.fullmatch(r"\d{1,2}", arguments[0]) or arguments[0] in loaded.by_slug
    number, command = (arguments[0], arguments[1:]) if named else (None, arguments)
    command = command[1:] if command[:1] == ["--"] else command
    if not command:
        raise UserError("Run what?", f"Name a command, as in: {call('run 04 -- pytest')}")
    place = Workplace(chosen(loaded, number))
    if own := _own(place):
        typer.echo(own, err=True)  # what the command prints stays its own
    try:
        exec.hand_over(command, place.environment(os.environ), folder=place.folder)
    except FileNotFoundError:
        raise UserError(
            f"There is no program {command[0]!r}, neither in .venv nor on your PATH.",
            f"Look at its spelling, or install it. Python code runs as: {call('run -- python FILE')}",
        ) from None


def _own(place: Workplace) -> str:
    """What to know where there is no copy and the chapter's own app is used; "" where there is one."""
    if place.folder == place.chapter.desk:
        return ""
    return f"This is the chapter's own app; `{call(f'open {place.chapter.number}')}` gives you one to edit."
