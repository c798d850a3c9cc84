"""`workbook test`: proves the course."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from workbook import course


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("test", context_settings={"ignore_unknown_options": True})(prove)


def prove(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NN …] [PYTEST ARGUMENTS]", help="A chapter, or what pytest takes: -k, -x, a path."),
    ] = None,
) -> None:
    """Prove the course: every app, exercise, solution and notebook. It takes minutes; learning does not need it."""
    from workbook.authors import testing
    from workbook.setup import exec

    command = testing.command(course.load(), arguments or [], testing.processors())
    exec.hand_over(command, testing.environment(os.environ), folder=Path(__file__).parents[2])
