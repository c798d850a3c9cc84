"""`workbook` and `workbook status`: where the learner stands and what comes next."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer.core import TyperGroup

from workbook import course
from workbook.course import Chapter, Course
from workbook.learner import progress
from workbook.learner.progress import Progress
from workbook.system.errors import UserError
from workbook.system.invocation import call


def register(app: typer.Typer) -> None:
    """Add the bare command and `status`."""
    app.callback(invoke_without_command=True)(overview)
    app.command()(status)
    app.command("help")(help_)


def overview(context: typer.Context) -> None:
    """Learn databases behind an API, chapter by chapter. Alone, it says where you are and what comes next."""
    if context.invoked_subcommand is None:
        screen = Console(highlight=False)
        for line in stand(course.load()):
            screen.print(line, soft_wrap=True)


def help_(
    context: typer.Context,
    command: Annotated[str | None, typer.Argument(metavar="[COMMAND]", help="A command.")] = None,
) -> None:
    """Show all commands, or what one of them takes."""
    group = context.parent
    assert group is not None
    found = group.command.get_command(group, command) if command and isinstance(group.command, TyperGroup) else None
    if command and found is None:
        raise UserError(f"There is no command {command!r}.", f"`{call('help')}` lists them all.")
    shown = type(group)(found, info_name=command, parent=group) if found else group
    typer.echo(shown.command.get_help(shown))


def status() -> None:
    """Show every chapter: done, started, open, or what it needs first; the minutes left, and what comes next."""
    loaded = course.load()
    remembered = progress.load(loaded.root)
    screen = Console(highlight=False)
    for part in loaded.parts:
        chapters = [chapter for chapter in loaded.chapters if chapter.part == part]
        left = sum(one.minutes.total for one in chapters if not remembered.of(one).done)
        minutes = f"{left} minutes left" if left else "done"
        screen.print(f"[bold]Part {part.number} · {escape(part.title)}[/] · {minutes}")
        screen.print(_table(loaded, chapters, remembered))
    screen.print(_next(loaded, remembered), soft_wrap=True)


def _next(loaded: Course, remembered: Progress) -> str:
    """One line: the chapter where the learner is, and the command that goes on with it."""
    here = progress.here(loaded)
    if here is None:
        return "[bold green]✓[/] You have done every chapter there is."
    if remembered.of(here).started:
        return f"[bold]→ {here.number}[/] is begun: `{call(f'check {here.number}')}` judges your copy."
    return f"[bold]→ {here.number}[/] comes next: `{call('start')}` opens its notebook."


def stand(loaded: Course) -> list[str]:
    """Where the learner stands and the commands that go on from there, as lines with Rich markup."""
    remembered = progress.load(loaded.root)
    done = sum(remembered.of(chapter).done for chapter in loaded.chapters)
    lines = [f"[bold]{escape(loaded.title)}[/] · {done} of {len(loaded.chapters)} chapters done", ""]
    here = progress.here(loaded)
    if here is None:
        return [*lines, f"[bold green]✓[/] You have done every chapter there is. `{call('status')}` lists them."]
    entry = remembered.of(here)
    minutes = f"{here.minutes.walk} minutes to walk, {here.minutes.exercise} to practise"
    lines.append(f"[bold]→ {here.number} {escape(here.title)}[/] · {minutes}")
    steps = [("start", "read its notebook, and try things out")]
    if entry.started:
        steps += [("check", "judge your copy"), ("watch", "judge it on every save")]
        steps += [("hint", _hints(here, entry.hints))]
    else:
        steps += [(f"open {here.number}", "put its exercise on your desk")]
    width = max(len(call(command)) for command, _ in steps)
    return [*lines, *(f"  {call(command):<{width}}  {what}" for command, what in steps)]


def _hints(chapter: Chapter, read: int) -> str:
    hints = len(chapter.exercise.hints)
    return f"a little help: {read} of {hints} hints read" if read else f"a little help: {hints} hints"


def _table(loaded: Course, chapters: list[Chapter], remembered: Progress) -> Table:
    table = Table.grid(padding=(0, 2))
    for chapter in chapters:
        sign, word = state(loaded, chapter, remembered)
        table.add_row(f"  {sign}", chapter.number, escape(chapter.title), word, f"{chapter.minutes.total} min")
    return table


def state(loaded: Course, chapter: Chapter, remembered: Progress) -> tuple[str, str]:
    """A sign and a word: done, started, open, or which chapters it needs before."""
    entry, missing = remembered.of(chapter), remembered.missing(loaded, chapter)
    if entry.done:
        return "[green]✓[/]", "done"
    if entry.started:
        return "[yellow]●[/]", "started"
    if missing:
        return "[dim]·[/]", f"[dim]needs {', '.join(one.number for one in missing)}[/]"
    return "○", "open"
