"""Begins an exercise again, or shows its solution: what is done, and what is said of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from workbook.course import Chapter
from workbook.learner import desk, progress
from workbook.system.errors import UserError
from workbook.system.invocation import call


def reset(chapter: Chapter) -> Iterator[str]:
    """Make a fresh copy and empty its database; says, line by line, what came of it."""
    if aside := desk.reset(chapter):
        yield f"✓ What you had is in {desk.shown(chapter, aside)}."
        yield f"  `{call(f'restore {chapter.number}')}` brings it back."
        yield f"✓ {desk.shown(chapter, chapter.desk)} is a fresh copy."
    else:
        yield f"✓ {desk.shown(chapter, chapter.desk)} is as it was opened; there was nothing to set aside."
    if said := desk.reset_database(chapter):
        yield said


CLASSES = ".workbook/classes"
OF_A_CLASS = [  # what somebody leaves in a checkout: copies and progress, then what was remembered to be quick or handy
    *("desk", ".workbook/notebooks", ".workbook/seconds.json"),
    *(".workbook/jupyter/config/lab/workspaces", ".workbook/jupyter/ipython/profile_default/history.sqlite"),
]


def next_class(root: Path) -> Iterator[str]:
    """Set aside what a class left, for the next one to begin with nothing; says, line by line, what came of it.

    JupyterLab must not run. Raises `UserError` for what a program holds open; what was set aside until then stays so.
    """
    place = _new_place(root / CLASSES / time.strftime("%Y-%m-%d"))
    for name in OF_A_CLASS:
        if (root / name).exists():
            _move(root / name, place / name)
    if place.exists():
        yield f"✓ The desk, the progress and JupyterLab's workspace are in {place.relative_to(root).as_posix()}."
    else:
        yield "✓ The desk is empty; there was nothing to set aside."
    yield from _databases(place.name)


def _new_place(wanted: Path) -> Path:
    place, count = wanted, 1
    while place.exists():
        count += 1
        place = wanted.with_name(f"{wanted.name}-{count}")
    return place


def _move(source: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)
    except OSError as error:
        raise UserError(
            f"{source} can't be set aside: {error.strerror or error}.",
            f"Close the programs that have something in it open, then run `{call('reset --class')}` again.",
        ) from None


def _databases(name: str) -> Iterator[str]:
    from workbook.postgres import databases, server
    from workbook.postgres.connection import configured

    named = configured()
    if named is not None and not server.is_ours(named.url):
        emptied = len(databases.clear())
        yield f"✓ Databases emptied on {named.origin}: {emptied}."
    elif aside := server.set_aside(f"a class that ended, with its desk in {CLASSES}/{name}"):
        yield f"✓ The databases are kept as {aside.name}; `{call('db clusters')}` lists what is kept."


def solution(chapter: Chapter, *, give_up: bool, how: str) -> str:
    """The solution as a diff to the copy; raises `UserError` before the exercise is solved, or without `give_up`."""
    with progress.changed(chapter.root) as remembered:
        entry = remembered.of(chapter)
        if not entry.done and not give_up:
            raise UserError(f"You have not solved {chapter.slug} yet.", how)
        entry.gave_up = entry.gave_up or not entry.done
    return "".join(desk.to_solution(chapter).values())
