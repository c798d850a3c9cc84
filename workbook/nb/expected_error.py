"""Shows an exception that a notebook means to raise, as one card instead of a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

from workbook.nb.prediction import reveal
from workbook.nb.rendering import FAINT, RED, Shown, hanging, panel

ELSEWHERE = "(Background on this error at:"  # SQLAlchemy's pointer to its site


class NotRaisedError(AssertionError):
    """The block went through, and the notebook says that it does not."""

    def _render_traceback_(self) -> list[str]:
        return [f"✗ {self}"]


@contextmanager
def raises(*kinds: type[BaseException], folded: bool = False) -> Iterator[None]:
    """Expect the block to raise one of `kinds`, and show it: class, message, SQLSTATE where a database spoke.

    `folded` shows it as `reveal` does: it is the answer to a question.
    """
    from IPython.display import display

    try:
        yield
    except kinds as error:
        display(reveal(_shown(error)) if folded else _shown(error))  # type: ignore[no-untyped-call]
    else:
        raise NotRaisedError(f"Nothing was raised; expected {' or '.join(kind.__name__ for kind in kinds)}.")


def _shown(error: BaseException) -> Shown:
    lines = [line.rstrip() for line in str(error).splitlines() if not line.startswith(ELSEWHERE)]
    while lines and not lines[-1]:
        lines.pop()
    state = getattr(getattr(error, "orig", None) or error, "pgcode", None)
    name, more = type(error).__name__, [f"SQLSTATE {state}"] if state else []
    plain = "\n".join([f"✗ {name}", *(f"  {line}".rstrip() for line in [*lines, *more])])
    html = [
        f'<b style="{RED}">✗ {escape(name)}</b>',
        *(f"  {escape(line)}" for line in lines),
        *(f'  <span style="{FAINT}">{escape(line)}</span>' for line in more),
    ]
    return Shown(plain, panel(hanging(html)))
