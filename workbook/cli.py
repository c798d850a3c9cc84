"""The `workbook` command: gathers the groups of commands and shows trouble as sentences."""

import sys

import typer
from rich.console import Console
from rich.markup import escape

from workbook.commands import db, desk, dev, doctor, front, overview, serve
from workbook.trouble import Trouble

app = typer.Typer(
    name="workbook",
    help="Learn databases behind an API, chapter by chapter.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for group in (overview, front, desk, serve, db, doctor, dev):
    group.register(app)


def main() -> None:
    """Run one command; a `Trouble` becomes two sentences on standard error and exit code 1."""
    try:
        app()
    except Trouble as trouble:
        screen = Console(stderr=True, highlight=False)
        screen.print(f"[bold red]✗[/] {escape(trouble.what)}", soft_wrap=True)
        screen.print(f"  {escape(trouble.todo)}", soft_wrap=True)
        sys.exit(1)
