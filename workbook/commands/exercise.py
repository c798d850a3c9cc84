"""The learner's commands: open, check, hint, solution, diff, changes, reset, restore, watch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.syntax import Syntax

from workbook import course
from workbook.commands.chapter_argument import ChapterArgument, NextChapterArgument, chosen, chosen_next
from workbook.course import Chapter, Course
from workbook.learner import progress
from workbook.system.invocation import call


def register(app: typer.Typer) -> None:
    """Add the learner's commands."""
    for command in (open_, check, watch, hint, solution, diff, changes, reset, restore):
        app.command(command.__name__.rstrip("_"))(command)


def open_(
    number: NextChapterArgument = None,
    move: Annotated[bool, typer.Option("--move", help="Take what you edited in chapters/ into your copy.")] = False,
    update: Annotated[bool, typer.Option("--update", help="Take what the chapter changed into your copy.")] = False,
) -> None:
    """Put a chapter's exercise on your desk: a copy of the app that is yours to edit. Never overwrites one."""
    from workbook.learner import desk, misplaced

    loaded = course.load()
    chapter = chosen_next(loaded, number)
    for file in misplaced.move(chapter) if move else ():
        _say(
            f"✓ {desk.shown(chapter, chapter.desk / file)} has what you wrote in {desk.shown(chapter, chapter.folder)}."
        )
    if update:
        _update(chapter)
    missing = progress.load(chapter.root).missing(loaded, chapter)
    made = desk.open_copy(chapter)
    place = desk.shown(chapter, chapter.desk)
    _say(
        f"[bold green]✓[/] {place} is your copy of {chapter.slug}." if made else f"✓ {place} is there, as you left it."
    )
    if missing:
        _say(f"  It builds on {', '.join(one.slug for one in missing)}, which you have not done yet.")
    _say(f"\n  {escape(chapter.exercise.task)}\n")
    _say("  Edit " + " and ".join(desk.shown(chapter, chapter.desk / file) for file in chapter.exercise.edit))
    if chapter.exercise.kind == "build":
        _say("  (of the files that were there before, only these count)")
    _say(f"  then run `{call(f'check {chapter.number}')}`,")
    _say(f"  or leave `{call(f'watch {chapter.number}')}` running beside your editor.")
    if chapter.exercise.kind == "catch":
        _say("  The apps that your test meets are the workbook's own; only this file of yours counts.")


def _update(chapter: Chapter) -> None:
    from workbook.learner import desk, updates

    desk.require(chapter)
    carried, conflicting = updates.carry(chapter)
    for path in carried:
        _say(f"✓ {desk.shown(chapter, chapter.desk / path)} has what the chapter changed.")
    for path in conflicting:
        mine, theirs = (desk.shown(chapter, place / path) for place in (chapter.desk, chapter.folder))
        _say(f"✗ {mine} stays as it is: you and the chapter changed the same lines. Compare it with {theirs}.")
    if not (carried or conflicting):
        _say("✓ The chapter changed nothing in your files since you opened it.")


def check(
    number: ChapterArgument = None,
    full: Annotated[bool, typer.Option("--full", help="Show the whole tracebacks.")] = False,
) -> None:
    """Judge your copy: what you built by tests, your own test by the workbook's apps. Exit code 1 until it passes."""
    from workbook.chapters.changes import new_tests
    from workbook.learner import checking
    from workbook.learner.record import record
    from workbook.runner import Runner

    loaded = course.load()
    chapter = chosen(loaded, number)
    with Runner() as runner:
        judged = record(chapter, checking.check(chapter, runner, new=new_tests(loaded, chapter)))
    Console(highlight=False).print(replace(judged.card, full=full))
    if not judged.passed:
        raise typer.Exit(1)


def watch(
    number: ChapterArgument = None,
    poll: Annotated[bool, typer.Option("--poll", help="For a network folder: look again and again.")] = False,
) -> None:
    """Judge your copy on every save, on one screen; it opens the chapter when you have not."""
    from workbook.watch import interactive as watching

    loaded = course.load()
    watching.watch(loaded, chosen(loaded, number), poll=poll)


def hint(number: ChapterArgument = None) -> None:
    """Read the next hint; once the exercise is solved, all of them."""
    from workbook.learner import hints

    chapter = chosen(course.load(), number)
    for line in hints.take(chapter):
        _say(escape(line))


def solution(
    number: ChapterArgument = None,
    give_up: Annotated[bool, typer.Option("--give-up", help="Show it although the exercise is not solved.")] = False,
) -> None:
    """Show the solution, as the difference to your copy."""
    from workbook.learner import again

    chapter = chosen(course.load(), number)
    how = f"`{call(f'hint {chapter.number}')}` helps. With --give-up you see it all the same."
    _diffs(
        [again.solution(chapter, give_up=give_up, how=how)],
        "Your copy is the solution, line for line.",
        sides="- is in your copy, + in the solution",
    )


def diff(number: ChapterArgument = None) -> None:
    """Show what you changed in your copy."""
    from workbook.learner import desk

    _diffs(desk.differences(chosen(course.load(), number)).values(), "You have not changed anything yet.")


def changes(number: ChapterArgument = None) -> None:
    """Show what a chapter changed in the app against the chapter before it."""
    from workbook.chapters import changes as changing

    loaded = course.load()
    _diffs(changing.changes(loaded, chosen(loaded, number)).values(), "It changed nothing.")


def reset(
    number: ChapterArgument = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Every chapter, for a second round.")] = False,
    next_class: Annotated[
        bool, typer.Option("--class", help="All that is on this machine, for the next class: it is set aside.")
    ] = False,
) -> None:
    """Begin a chapter's exercise again. Your copy is set aside first, and its database is emptied."""
    from workbook.learner import desk

    loaded = course.load()
    if next_class or everything:
        (_reset_class if next_class else _reset_all)(loaded, yes=yes)
        return
    chapter = chosen(loaded, number)
    desk.require(chapter)
    if not (number or yes):
        emptied = ", and empty its database" if chapter.databases else ""
        typer.confirm(f"Begin {chapter.number} {chapter.title} again{emptied}?", abort=True)
    _reset(chapter)


def _reset(chapter: Chapter) -> None:
    from workbook.learner import again

    for line in again.reset(chapter):
        _say(escape(line))


def _reset_all(loaded: Course, *, yes: bool) -> None:
    """Set every copy aside that has work in it, and forget what is solved."""
    if not yes:
        typer.confirm("Set all your copies aside, empty their databases, and begin with the first chapter?", abort=True)
    for chapter in (one for one in loaded.chapters if one.desk.is_dir()):
        _reset(chapter)
    with progress.changed(loaded.root) as remembered:
        remembered.chapters.clear()
        remembered.current = loaded.chapters[0].name
    _say("✓ No chapter counts as done any more.")


def _reset_class(loaded: Course, *, yes: bool) -> None:
    """Stop everything, and set aside what the last class left."""
    from workbook.learner import again
    from workbook.serving import jupyterlab

    if not yes:
        typer.confirm("Set aside all copies, notes, progress and databases for the next class?", abort=True)
    if found := jupyterlab.stop(loaded.root):
        _say(f"✓ Stopped {found}.")
    for line in again.next_class(loaded.root):
        _say(escape(line))


def restore(
    number: ChapterArgument = None,
    date: Annotated[str | None, typer.Argument(help="The copy whose name begins so.")] = None,
    show: Annotated[bool, typer.Option("--list", help="Only list the copies that were set aside.")] = False,
) -> None:
    """Bring back the newest copy with work in it that was set aside. What is in its place is set aside in turn."""
    from workbook.learner import desk

    chapter = chosen(course.load(), number)
    if show:
        for name in [place.name for place in desk.copies_aside(chapter)] or ["None was set aside."]:
            _say(name)
        return
    restored, replaced = desk.restore(chapter, date)
    _say(f"✓ {desk.shown(chapter, chapter.desk)} is the copy of {restored.name}.")
    if replaced:
        _say(f"  What was there is in {desk.shown(chapter, replaced)}.")


def _diffs(diffs: Iterable[str], nothing: str, sides: str = "") -> None:
    text = "".join(diffs)
    if not text:
        _say(nothing)
        return
    screen = Console(highlight=False)
    if sides:
        typer.echo(sides)
    if screen.is_terminal:
        screen.print(Syntax(text, "diff", theme="ansi_dark", background_color="default", word_wrap=True))
    else:
        typer.echo(text, nl=False)  # whole lines, for a file or for another program


def _say(line: str) -> None:
    Console(highlight=False).print(line, soft_wrap=True)
