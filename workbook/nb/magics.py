"""`%check` and `%hint` in a notebook: the learner's own copy is judged without leaving the page."""

from __future__ import annotations

from html import escape

from workbook.nb.shown import Shown
from workbook.nb.walk import current


def register() -> None:
    """Make the magics known to the kernel that runs the notebook; elsewhere there is nothing to do."""
    from IPython import get_ipython

    if (kernel := get_ipython()) is not None:
        for magic in (check, hint):
            kernel.register_magic_function(magic, "line", magic.__name__)


def check(line: str = "") -> Shown:
    """Judge your copy of this chapter's exercise, as `workbook check` does; `%check --full` adds every traceback."""
    from workbook import checking

    walk = current()
    judged = checking.check(walk.chapter, walk.runner)
    return Shown("\n".join(judged.lines(full="--full" in line)), judged.html())


def hint(line: str = "") -> Shown:
    """The next hint for this chapter's exercise, as `workbook hint` gives it."""
    from workbook import hints

    lines = list(hints.take(current().chapter))
    return Shown("\n".join(lines), "".join(f"<div>{escape(one)}</div>" for one in lines))
