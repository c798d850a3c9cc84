"""The line magics of a notebook: an exercise is opened, judged and begun again without leaving the page."""

from __future__ import annotations

from collections.abc import Sequence

from workbook.course import Chapter
from workbook.nb import order
from workbook.nb.attempts import attempt
from workbook.nb.colour import coloured
from workbook.nb.notebook_session import cells, current
from workbook.nb.rendering import Shown, panel
from workbook.report.card import html_prose
from workbook.system.errors import UserError


def register() -> None:
    """Make the magics known to the kernel that runs the notebook; elsewhere there is nothing to do."""
    from IPython import get_ipython

    if (kernel := get_ipython()) is not None:
        for magic in (open_, check, hint, solution, reset):
            kernel.register_magic_function(magic, "line", magic.__name__.rstrip("_"))
        kernel.register_magic_function(attempt, "cell", attempt.__name__)
        order.register(kernel, cells)


def open_(line: str = "") -> Shown:
    """Put the exercise of this chapter, or of another, on your desk: `%open 02`. Never overwrites a copy."""
    from workbook.learner import desk

    chapter = _chosen(line.split(), "%open 02")
    made, place = desk.open_copy(chapter), desk.shown(chapter, chapter.desk)
    edit = " and ".join(f"{place}/{file}" for file in chapter.exercise.edit)
    first = f"✓ {place} is your copy." if made else f"✓ {place} is there, as you left it."
    return _lines([first, chapter.exercise.task, f"Edit {edit}, then run %check {chapter.number}."])


def check(line: str = "") -> Shown:
    """Judge your copy of this chapter's exercise, or of another's: `%check 02`; `--full` adds every traceback."""
    from workbook.chapters.changes import new_tests
    from workbook.learner import checking
    from workbook.learner.record import record

    words = line.split()
    full = "--full" in words
    chapter = _chosen([word for word in words if word != "--full"], "%check 02 --full")
    new = new_tests(current().course, chapter)
    judged = record(chapter, checking.check(chapter, current().runner, new=new))
    return Shown("\n".join(judged.lines(full=full)), judged.html())


def hint(line: str = "") -> Shown:
    """The next hint for this chapter's exercise, or for another's: `%hint 02`."""
    from workbook.learner import hints

    return _lines(hints.take(_chosen(line.split(), "%hint 02")))


def solution(line: str = "") -> Shown:
    """The solution as a difference to your copy, once it is solved: `%solution 02`; `--give-up` shows it before."""
    from workbook.learner import again

    words = line.split()
    chapter = _chosen([word for word in words if word != "--give-up"], "%solution 02 --give-up")
    how = f"%hint {chapter.number} helps. With --give-up you see it all the same."
    diff = again.solution(chapter, give_up="--give-up" in words, how=how)
    return Shown(diff or "Your copy is the solution, line for line.", panel(coloured(diff, "diff")) if diff else "")


def reset(line: str = "") -> Shown:
    """Begin an exercise again: `%reset 02`. Your copy is set aside. What the notebook has in memory stays."""
    from workbook.learner import again, desk

    chapter = _chosen(line.split(), "%reset 02")
    desk.require(chapter)
    return _lines([*again.reset(chapter), "Your notebook's own names are untouched."])


def _lines(lines: Sequence[str]) -> Shown:
    return Shown("\n".join(lines), "".join(f'<div style="margin:.6em 0">{html_prose(one)}</div>' for one in lines))


def _chosen(words: list[str], example: str) -> Chapter:
    """The chapter that is named, else the one that the notebook walks through."""
    walk = current()
    if len(words) > 1 or any(word.startswith("-") for word in words):
        raise UserError(f"{' '.join(words)!r} is not the number of a chapter.", f"Write it as here: {example}")
    return walk.course.find(words[0]) if words else walk.chapter
