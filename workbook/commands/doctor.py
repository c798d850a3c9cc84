"""`workbook doctor`: what may be wrong, and the cure."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor() -> None:
    """Examine Python, the environment, the machine and the database. Exit code 1 where something is wrong."""
    from rich.console import Console
    from rich.markup import escape

    from workbook.learner.environment_checks import examine

    screen, well = Console(highlight=False), True
    for finding in examine():
        sign = "[bold green]✓[/]" if finding.well else "[bold red]✗[/]"
        screen.print(f"{sign} {escape(finding.says)}", soft_wrap=True)
        if not finding.well:
            well = False
            screen.print(f"  {escape(finding.cure)}", soft_wrap=True)
    if not well:
        raise typer.Exit(1)
