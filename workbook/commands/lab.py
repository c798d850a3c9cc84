"""`workbook start` and `stop`: the front door."""

from __future__ import annotations

from pathlib import Path
from subprocess import Popen
from typing import TYPE_CHECKING, Annotated

import typer

from workbook import course
from workbook.commands.chapter_argument import NextChapterArgument, chosen_next
from workbook.system.errors import UserError

if TYPE_CHECKING:
    from workbook.serving.jupyterlab import Lab


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(start)
    app.command()(stop)


def start(
    number: NextChapterArgument = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address and open nothing.")] = False,
    port: Annotated[int | None, typer.Option(help="The port of JupyterLab; left out, a free one is found.")] = None,
) -> None:
    """Start PostgreSQL and open a chapter's notebook in JupyterLab."""
    from workbook.learner import desk, notebook_copy
    from workbook.postgres import databases
    from workbook.serving import jupyterlab
    from workbook.system import lock
    from workbook.system.invocation import call

    everything = course.load()
    chapter = chosen_next(everything, number)
    copies = [notebook_copy.open_notebook(one) for one in everything.chapters]  # they link to each other
    notebook_copy.style_slides(everything.root)
    page = f"/lab/tree/{desk.shown(chapter, notebook_copy.path(chapter))}"
    databases.url()
    home = jupyterlab.home(everything.root)
    home.mkdir(parents=True, exist_ok=True)
    jupyterlab.sign(everything.root, [one.path for one in copies if one.written])
    for note in (note for one in copies for note in one.notes):
        typer.echo(note)
    waiting = "Another terminal is starting JupyterLab. Waiting for it …"
    with lock.exclusive(home / "start.lock", waiting):
        ours = jupyterlab.running(everything.root)
        if ours and port not in (None, ours.port):
            raise UserError(f"JupyterLab runs already, on port {ours.port}.", f"Stop it first: {call('stop')}")
        process = None
        if ours is None:
            typer.echo("Starting JupyterLab …")
            ours, process = jupyterlab.start(everything.root, page, port)
    address = ours.page(page)
    typer.echo(f"JupyterLab {'runs' if process else 'runs already'}. Chapter {chapter.number}, {chapter.title}:")
    typer.echo(f"\n    {address}\n")
    if not no_browser:
        _show(address, home)
    if process:
        _stay(ours, process)


def stop() -> None:
    """Stop JupyterLab and the embedded PostgreSQL."""
    from workbook.postgres import server
    from workbook.serving import jupyterlab

    lab = jupyterlab.stop(course.root())
    postgresql = "the embedded PostgreSQL" if server.stop() else ""
    stopped = [one for one in (lab, postgresql) if one]
    typer.echo(f"Stopped {' and '.join(stopped)}." if stopped else "Nothing was running.")


def _show(address: str, home: Path) -> None:
    from workbook.serving import browser

    if not browser.show(address, home):
        typer.echo("No browser could be opened here: open that address in one yourself.")


def _stay(ours: Lab, process: Popen[bytes]) -> None:
    """Wait for the end of JupyterLab, and say what became of everything."""
    from workbook.postgres import server
    from workbook.serving import jupyterlab
    from workbook.system.invocation import call

    typer.echo("Ctrl-C stops JupyterLab.")
    if not jupyterlab.stay(ours, process):
        if process.returncode:
            log = jupyterlab.home(course.root()) / "lab.log"
            raise UserError(
                f"JupyterLab ended with code {process.returncode}.", f"Its log: {log}. Then: {call('start')}"
            )
        typer.echo("JupyterLab was stopped.")
        return
    typer.echo("\nJupyterLab is stopped; your notebooks are as you saved them.")
    if server.status().running:
        typer.echo(f"PostgreSQL goes on for other terminals. To stop it too: {call('stop')}")
