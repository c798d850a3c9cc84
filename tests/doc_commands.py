"""Holds the calls of `workbook` that prose makes to what the real command accepts."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import Any

import typer
from doc_text import Prose
from typer.core import TyperGroup

# Typer brings its own copy of click, whose classes have no public name.
Command = Any
UsageError: Any = typer.BadParameter.__base__

ELLIPSIS = {"…", "..."}


def command_findings(prose: Prose, command: Command) -> Iterator[str]:
    """Calls of `workbook` that the real command would refuse."""
    for line in prose.commands:
        if reason := refusal(command, shlex.split(line)):
            yield f"{prose.where}: `workbook {line}`: {reason}"


def refusal(command: Command, arguments: list[str]) -> str:
    """Why the command would refuse these arguments; empty where it would run. An ellipsis stands for anything."""
    open_end = bool(ELLIPSIS & set(arguments))
    if open_end:
        arguments = arguments[: next(place for place, one in enumerate(arguments) if one in ELLIPSIS)]
    try:
        _parse(command, arguments, open_end)
    except typer.Exit:  # --help
        return ""
    except UsageError as error:
        return error.format_message()
    return ""


def _parse(command: Command, arguments: list[str], open_end: bool) -> None:
    while isinstance(command, TyperGroup) and arguments and not arguments[0].startswith("-"):
        inner = command.commands.get(arguments[0])
        if inner is None:
            raise UsageError(f"There is no command {arguments[0]!r}.")
        command, arguments = inner, arguments[1:]
    if open_end or (isinstance(command, TyperGroup) and not arguments):
        return
    command.make_context(command.name, list(arguments))


def commands_of(command: Command, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command that does something, as it is typed after `workbook`."""
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            if not inner.hidden:
                yield from commands_of(inner, (*path, name))
    else:
        yield " ".join(path)


def undocumented(command: Command, pages: Iterable[Prose]) -> list[str]:
    """The commands that no page calls."""
    calls = [call.split() for page in pages for call in page.commands]
    return [
        name for name in commands_of(command) if not any(call[: len(name.split())] == name.split() for call in calls)
    ]
