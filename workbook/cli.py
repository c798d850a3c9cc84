"""The `workbook` command: gathers the groups of commands and shows errors as sentences."""

import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperCommand, TyperGroup

from workbook import course
from workbook.commands import db, dev, doctor, exercise, lab, overview, prove, serve, teach
from workbook.learner import renumbered
from workbook.system import files, notices, privacy, streams
from workbook.system.errors import UserError
from workbook.system.invocation import call
from workbook.system.os_errors import of_system

app = typer.Typer(
    name="workbook",
    help="Learn databases behind an API, chapter by chapter.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for group in (overview, lab, prove, exercise, serve, db, teach, doctor, dev):
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
    """Run one command; what goes wrong becomes two sentences on standard error and exit code 1."""
    code: object = 1
    try:
        root = course.root()
        privacy.begin(root)
        for line in renumbered.follow(root):
            notices.tell(line)
        app()
    except SystemExit as ended:
        code, wrong = ended.code, _unheard()
    except UserError as error:
        wrong = error
    except OSError as error:
        wrong = of_system(error)
    except Exception as error:
        wrong = _unforeseen(error)
    if wrong is not None:
        screen = Console(stderr=True, highlight=False)
        screen.print(f"[bold red]✗[/] {escape(wrong.what)}", soft_wrap=True)
        screen.print(f"  {escape(wrong.todo)}", soft_wrap=True)
        code = code or 1
    sys.exit(code)  # type: ignore[arg-type]


def _unheard() -> UserError | None:
    """Standard output did not take what was said; None where it did."""
    error = streams.refused()
    if error is None:
        return None
    return UserError(
        f"Not all that the command says could be written: {error.strerror}.",
        "What it had to do is done. Send its output elsewhere to read it.",
    )


def _unforeseen(error: Exception) -> UserError:
    """A defect of ours: what and where, and a file with the rest for whoever mends it."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    file = course.root() / ".workbook" / "failure.txt"
    with suppress(OSError):
        files.write(file, "".join(traceback.format_exception(error)))
    return UserError(
        f"The workbook has a defect: {type(error).__name__}: {error} ({Path(last.filename).name}, line {last.lineno}).",
        f"`{call('doctor')}` may find a cause. If not, report it with what stands in {file}.",
    )
