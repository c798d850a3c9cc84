"""`workbook db`: the server and the learner's databases."""

from __future__ import annotations

import os
import shutil
from typing import Annotated

import typer

from workbook import course
from workbook.system.errors import UserError
from workbook.system.invocation import call

MEANT = "A chapter, for the database of your copy; without it, "


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="The PostgreSQL server and your databases on it.", no_args_is_help=True)
    for command in (url, psql, reset, status, clusters):
        group.command()(command)
    app.add_typer(group, name="db")


def url() -> None:
    """Print the URL of the server, which is started when needed."""
    from workbook.postgres import databases

    typer.echo(databases.url())


def psql(
    number: Annotated[str | None, typer.Argument(metavar="[NN]", help=f"{MEANT}the server's first database.")] = None,
    command: Annotated[str | None, typer.Option("--command", "-c", metavar="SQL", help="Run this and end.")] = None,
) -> None:
    """Open PostgreSQL's own terminal on a chapter's database; without a chapter, on the server's first one."""
    from psycopg2.extensions import make_dsn, parse_dsn

    from workbook.postgres import databases
    from workbook.postgres.connection import native
    from workbook.setup import exec

    at = databases.named(_name(number)) if number else databases.url()
    if not number:
        typer.echo(f"This is the server's first database; a chapter's is `{call('db psql NN')}`.", err=True)
    elif databases.is_empty(at):
        typer.echo("This database has no table yet. What your own app stores lands here;", err=True)
        typer.echo("checks and notebooks use databases of their own.", err=True)
    address = parse_dsn(native(at))
    env = {**os.environ, "PGPASSWORD": address.pop("password", "")}  # other users can read arguments
    asked = ["-c", command] if command else []
    raise typer.Exit(exec.run_child([_psql(), make_dsn(**address), *asked], env, folder=None))


def reset(
    number: Annotated[str | None, typer.Argument(metavar="[NN]", help=f"{MEANT}those of all your copies.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Empty a chapter's database; without a chapter, those of all your copies."""
    from workbook.postgres import databases

    if number:
        used = databases.in_use(_name(number))
        databases.reset(_name(number))
        typer.echo(f"✓ The database of {course.load().find(number).slug} is empty.")
        if used:
            typer.echo(
                "  A program used it. If that is your app: it makes its tables when it starts, so start it again."
            )
        return
    if not yes:
        typer.confirm("Empty the databases of all your copies?", abort=True)
    cleared = databases.clear()
    typer.echo(f"✓ {len(cleared)} emptied." if cleared else "✓ There was none.")


def status() -> None:
    """Say which server is used, how it is, and which databases are yours. Starts nothing."""
    from workbook.postgres import server
    from workbook.postgres.connection import EMBEDDED, configured

    named, own = configured(), server.status()
    if named is None or server.is_ours(named.url):
        _line("Server", EMBEDDED)
        _line("State", "running" if own.running else "not running: it starts when it is needed")
        if own.folder:
            _line("Data", f"{own.folder}{f', of user {own.account}' if own.account else ''}")
        if own.elsewhere:
            _line("", f"not in the checkout: {own.elsewhere}")
        if own.kept:
            _line("Kept", f"{own.kept} more, not in use: `{call('db clusters')}` lists what is kept")
        if not own.running:
            return
    else:
        _line("Server", named.origin)
    _databases()


def clusters(
    use: Annotated[str, typer.Option(metavar="NAME", help="Serve this one from now on.")] = "",
    remove: Annotated[str, typer.Option(metavar="NAME", help="Delete this one for good.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """List the PostgreSQL clusters that were set aside: each is a folder with all databases of its time."""
    from workbook.postgres import server
    from workbook.postgres.clusters import find, orphans

    kept = [*server.kept(), *orphans()]
    if use:
        at = server.use(find(use, kept)).rpartition("@")[2]
        typer.echo(f"✓ {find(use, kept).name} is served now, at {at}.")
    elif remove:
        chosen = find(remove, kept)
        if not yes:
            typer.confirm(f"Delete {chosen.name} and every database in it, for good?", abort=True)
        server.remove(chosen)
        typer.echo(f"✓ {chosen.name} is deleted.")
    elif not kept:
        typer.echo("None was set aside.")
    for one in kept if not (use or remove) else []:
        typer.echo(f"{one.name}  {one.bytes / 1e6:.0f} MB, last used {_ago(one.days)}\n  {one.reason}")


def _ago(days: int) -> str:
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def _databases() -> None:
    from workbook.postgres import databases
    from workbook.postgres.connection import connected

    with connected(databases.url()) as connection:
        version, ours = connection.server_version, databases.ours(connection)
        _line("Address", f"{connection.info.host}:{connection.info.port}")
    _line("Version", f"PostgreSQL {version // 10_000}.{version % 10_000}")
    lasting = [name for name, mark in ours.items() if mark.is_lasting_here()]
    for place, name in enumerate(lasting):
        _line("" if place else "Yours", name)
    others = sum(mark.kind == "fresh" for mark in ours.values())
    _line("Others", f"{others} that tests and notebooks use while they run")


def _line(head: str, text: str) -> None:
    typer.echo(f"{head:<9}{text}")


def _name(number: str) -> str:
    from workbook.learner import desk

    return desk.database_name(course.load().find(number))


def _psql() -> str:
    from workbook.postgres import binaries

    try:
        return str(binaries.program("psql"))
    except UserError:
        if found := shutil.which("psql"):
            return found
        raise UserError("There is no psql on this machine.", "Install PostgreSQL's client programs.") from None
