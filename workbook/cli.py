"""The `workbook` command: gathers the groups of commands and shows errors as sentences."""

import sys
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperCommand, TyperGroup

from workbook.commands import db, dev, doctor, exercise, lab, overview, prove, serve
from workbook.system.errors import UserError

app = typer.Typer(
    name="workbook",
    help="Learn databases behind an API, chapter by chapter.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for group in (overview, lab, prove, exercise, serve, db, doctor, dev):
    group.register(app)


class Plain(TyperCommand):
    """A command whose help shows no type beside a flag, which takes no value, and its arguments as they are typed."""

    def get_params(self, ctx: Any) -> list[Any]:
        return without_types(super().get_params(ctx))

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        asked = [one for one in self.get_params(ctx) if one.param_type_name == "argument"]
        pieces = [[one.metavar] if one.metavar else one.get_usage_pieces(ctx) for one in asked]
        return ["[OPTIONS]", *(piece for several in pieces for piece in several)]


class PlainGroup(TyperGroup):
    """A group of commands with such a help."""

    def get_params(self, ctx: Any) -> list[Any]:
        return without_types(super().get_params(ctx))


def without_types(params: list[Any]) -> list[Any]:
    """The parameters, flags with nothing where others say what they take."""
    for param in params:
        if getattr(param, "is_flag", False):
            param.metavar = ""
    return params


def make_plain(group: typer.Typer) -> None:
    """Let all commands of the group have that help, and those of the groups in it."""
    group.info.cls = PlainGroup
    for command in group.registered_commands:
        command.cls = Plain
    for inner in group.registered_groups:
        if inner.typer_instance is not None:
            make_plain(inner.typer_instance)


make_plain(app)


def main() -> None:
    """Run one command; a `UserError` becomes two sentences on standard error and exit code 1."""
    try:
        app()
    except UserError as error:
        screen = Console(stderr=True, highlight=False)
        screen.print(f"[bold red]✗[/] {escape(error.what)}", soft_wrap=True)
        screen.print(f"  {escape(error.todo)}", soft_wrap=True)
        sys.exit(1)
