"""`workbook dev …`: for those who write the course."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from workbook import course
from workbook.course import Chapter
from workbook.system.errors import UserError
from workbook.system.invocation import call

Check = Annotated[bool, typer.Option("--check", help="Only say what is out of date; exit code 1 when something is.")]

Named = Annotated[str, typer.Argument(metavar="NN", help="A chapter.")]


def register(app: typer.Typer) -> None:
    """Add the group `dev` to the command."""
    dev = typer.Typer(help="For those who write the course.", no_args_is_help=True)
    for command in (new, finish, try_, move, remove, carry, lock, notebooks, readme, coverage, mutants, prose):
        dev.command(command.__name__.rstrip("_"))(command)
    app.add_typer(dev, name="dev")


def lock(check: Check = False) -> None:
    """Write each chapter's CHANGES.diff: what it changed against the chapter before it."""
    from workbook.authors import changes_lock

    _report(changes_lock.lock(course.load(), check=check), check, "Every CHANGES.diff is current.")


def carry(
    chapter: Annotated[str | None, typer.Argument(metavar="[NN]", help="The chapter that was changed.")] = None,
    go_on: Annotated[bool, typer.Option("--continue", help="Go on after mending what did not fit.")] = False,
    abort: Annotated[bool, typer.Option("--abort", help="Take back what the unfinished carry wrote.")] = False,
) -> None:
    """Make a chapter's uncommitted change in all later chapters of its part, in solutions and in sabotaged copies."""
    from workbook.authors import carry as carrying

    if [chapter is not None, go_on, abort].count(True) != 1:
        raise UserError("Carry what?", "Name a chapter: `workbook dev carry NN`; or go on with --continue, or --abort.")
    loaded = course.load()
    if chapter is not None:
        carrying.carry(loaded, loaded.find(chapter), _say)
    elif go_on:
        carrying.resume(loaded, _say)
    else:
        carrying.abort(loaded, _say)


def notebooks(
    chapter: Annotated[str | None, typer.Argument(metavar="[NN]", help="One chapter; all of them without it.")] = None,
    check: Check = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="While writing: try it at each save, and store nothing.")
    ] = False,
) -> None:
    """Execute notebooks and store them with their outputs."""
    from workbook import notebooks as executing

    loaded = course.load()
    if watch:
        if chapter is None or check:
            raise UserError(
                "One notebook is watched at a time.", "Name a chapter: `workbook dev notebooks NN --watch`."
            )
        _watch_notebook(loaded.find(chapter))
        return
    chapters = [loaded.find(chapter)] if chapter else loaded.chapters
    paths = [one.notebook for one in chapters]
    if check:
        _report(executing.check(paths), check, "Every output is as stored.")
        return
    for path, written in executing.refresh(paths):
        _say(f"✓ {path.name}: {'stored' if written else 'as it was'}")


def _watch_notebook(chapter: Chapter) -> None:
    from workbook.notebooks import live

    _say(f"Watching {chapter.notebook.name} and its chapter; Ctrl-C ends.")
    with suppress(KeyboardInterrupt):
        for tried in live.tries(chapter, live.saves):
            for finding in tried.findings:
                _say(f"✗ {finding}")
            ran = f"{chapter.notebook.name}, {tried.cells} code cells in {tried.seconds:.1f} s"
            store = f"`{call(f'dev notebooks {chapter.number}')}` stores what it shows now."
            _say(f"✗ {ran}. {store}" if tried.findings else f"✓ {ran}: as stored.")


def readme(check: Check = False) -> None:
    """Write the README's chapter table."""
    from workbook.authors import readme as table

    _report(table.update(course.load(), check=check), check, "The chapter table is current.")


def coverage(check: Check = False) -> None:
    """Write docs/COVERAGE.md: where each row of the subject matter is shown."""
    from workbook.authors import coverage as covering

    loaded = course.load()
    if missing := list(covering.findings(loaded)):
        _report(missing, True, "")
    _report(covering.update(loaded, check=check), check, "Every row is accounted for, and the page is current.")


After = Annotated[str, typer.Option("--after", metavar="NN", help="The chapter that it follows.")]
InPart = Annotated[
    str | None, typer.Option("--part", metavar="N", help="The part it belongs to; that of NN without it.")
]


def new(
    name: Annotated[str, typer.Argument(help="Its name, without a number: eager_loading.")],
    after: After,
    part: InPart = None,
    package: Annotated[
        str | None, typer.Option("--package", metavar="NAME", help="Start an app of this name; don't grow from NN.")
    ] = None,
    database: Annotated[
        list[str] | None,
        typer.Option("--database", metavar="KIND", help="postgresql or sqlite, also both; those of NN without it."),
    ] = None,
) -> None:
    """Begin a chapter: folder, exercise, notebook and its place in the course, all to be filled."""
    from workbook.authors import course_lint, scaffold

    chapter = scaffold.new(course.load(), name, after, part, package, database or ())
    _say(f"✓ {chapter.slug} is begun. To be done:")
    for finding in course_lint.chapter_findings(course.load(), chapter):
        _say(f"  - {finding.removeprefix(f'{chapter.slug}: ')}")


def finish(chapter: Named) -> None:
    """Format, lock and store a chapter, prove it, and say what it still lacks."""
    from workbook.authors import finishing
    from workbook.runner import Runner

    loaded = course.load()
    with Runner() as runner:
        missing = finishing.finish(loaded, loaded.find(chapter), runner, finishing.prove, _say)
    if missing:
        _say(f"✗ {loaded.find(chapter).slug} is not finished:")
        for one in missing:
            _say("  - " + one.replace("\n", "\n  "))
        raise typer.Exit(1)
    _say(f"✓ {loaded.find(chapter).slug} is finished.")


def try_(
    chapter: Named,
    file: Annotated[Path, typer.Argument(metavar="FILE.diff", help="An answer, as a patch.")],
    full: Annotated[bool, typer.Option("--full", help="With all tracebacks.")] = False,
) -> None:
    """Show what a learner would see who had answered the exercise so."""
    from workbook.authors import trial
    from workbook.chapters import variants
    from workbook.runner import Runner

    declared = course.load().find(chapter)
    if not file.is_file():
        raise UserError(f"There is no file {file}.", "Name a patch, as `diff -u` or git makes it.")
    with Runner() as runner:
        found = trial.judged(declared, file.resolve(), runner)
    Console(highlight=False).print(replace(found.card, full=full))
    if said := trial.misses(variants.read(declared, file.resolve()), found):
        _say(f"✗ {said}")
        raise typer.Exit(1)


def move(chapter: Named, after: After, part: InPart = None) -> None:
    """Let a chapter follow another one; folders, links and commands get the new numbers."""
    from workbook.authors import renumbering

    moved = renumbering.move(course.load(), chapter, after, part)
    _say(f"✓ The course is now: {', '.join(one.slug for one in moved.chapters)}.")


def remove(chapter: Named) -> None:
    """Take a chapter out of the course; its files are set aside."""
    from workbook.authors import renumbering

    loaded = course.load()
    aside = renumbering.remove(loaded, chapter).relative_to(loaded.root).as_posix()
    _say(f"✓ {loaded.find(chapter).slug} is out of the course. Its files are in {aside}.")


def mutants(
    chapter: Annotated[str | None, typer.Argument(metavar="[NN]", help="One chapter; all of them without it.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Break all of each app, not only what its chapter changed.")
    ] = False,
) -> None:
    """Break what each chapter changed in many small ways, and name what its suite lets live; takes minutes."""
    from functools import partial

    from rich.progress import Progress

    from workbook.authors import mutants as mutating
    from workbook.runner import Runner

    loaded = course.load()
    chapters = [loaded.find(chapter)] if chapter else loaded.chapters
    reasons, trials = mutating.read_reasons(loaded.root), []
    with Runner(keep=mutating.AT_ONCE + 1) as runner, Progress(transient=True) as progress:
        for one in chapters:
            found = mutating.mutants(one, None if everything else loaded.before(one))
            task = progress.add_task(one.slug, total=len(found))
            trials.append(mutating.try_suite(one, runner, found, advance=partial(progress.advance, task)))
    for trial in trials:
        for line in trial.lines():
            _say(line)
    left_over = [] if chapter or not everything else [one.told() for one in mutating.needless(trials, reasons)]
    for line in left_over:
        _say(line)
    if left_over or not all(trial.is_strong for trial in trials):
        raise typer.Exit(1)


def prose() -> None:
    """Measure every page and notebook: length, reading time, sentences, reading ease; and name what to mend."""
    from rich.table import Table

    from workbook.authors import figures
    from workbook.authors import prose as measuring

    loaded = course.load()
    table = Table(caption="read, class: minutes; mid, max: words in a sentence; ease: Flesch, 60 is plain")
    table.add_column("page", no_wrap=True)
    for name in ("words", "read", "class", "mid", "max", "ease"):
        table.add_column(name, justify="right")
    pages = measuring.pages(loaded)
    for page in pages:
        longest = max(page.lengths, default=0)
        numbers = f"{page.words} {page.reading:.0f} {page.minutes or '-'} {page.middle:.0f} {longest} {page.ease:.0f}"
        table.add_row(page.name, *numbers.split())
    Console().print(table)
    found = [finding for page in [*pages, *measuring.program(loaded)] for finding in page.findings()]
    found += [finding for one in loaded.chapters if one.notebook.is_file() for finding in figures.findings(loaded, one)]
    _report(found, True, "Every sentence can be read, and every figure has its proof.")


def _report(findings: list[str], check: bool, fine: str) -> None:
    """Say each finding, and end with exit code 1 where something was only to be checked and did not hold."""
    for finding in findings:
        _say(f"✗ {finding}" if check else f"✓ written. It was out of date: {finding}")
    if not findings:
        _say(f"✓ {fine}")
    elif check:
        raise typer.Exit(1)


def _say(line: str) -> None:
    Console(highlight=False, markup=False).print(line, soft_wrap=True)
