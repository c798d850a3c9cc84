"""`%check`, `%hint` and `%%attempt` in a notebook: what the learner writes is judged without leaving the page."""

from __future__ import annotations

from html import escape

from workbook.course import Chapter
from workbook.nb.attempts import attempt
from workbook.nb.notebook_session import current
from workbook.nb.rendering import Shown
from workbook.system.errors import UserError


def register() -> None:
    """Make the magics known to the kernel that runs the notebook; elsewhere there is nothing to do."""
    from IPython import get_ipython

    if (kernel := get_ipython()) is not None:
        for magic in (check, hint):
            kernel.register_magic_function(magic, "line", magic.__name__)
        kernel.register_magic_function(attempt, "cell", attempt.__name__)


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

    lines = hints.take(_chosen(line.split(), "%hint 02"))
    return Shown("\n".join(lines), "".join(f"<div>{escape(one)}</div>" for one in lines))


def _chosen(words: list[str], example: str) -> Chapter:
    """The chapter that is named, else the one that the notebook walks through."""
    walk = current()
    if len(words) > 1 or any(word.startswith("-") for word in words):
        raise UserError(f"{' '.join(words)!r} is not the number of a chapter.", f"Write it as here: {example}")
    return walk.course.find(words[0]) if words else walk.chapter
