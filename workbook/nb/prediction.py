"""`reveal(...)`: an answer that stays folded in the stored notebook until a reader runs the cell."""

from __future__ import annotations

from typing import Any

from workbook.nb.rendering import EDGE, Shown, plain_and_html

FOLD = (
    f'<details class="answer" style="border-style:solid;border-width:0 0 0 6px;{EDGE};padding:.3em 1em;margin:.3em 0">'
    '<summary style="cursor:pointer">Guess first. Then run this cell, or unfold its stored answer.</summary>'
)


def reveal(shown: Shown | str) -> Shown:
    """What is `shown`: open for a reader who runs the cell, folded where it runs only to be stored or tested."""
    if isinstance(shown, str):
        shown = plain_and_html(shown)
    return shown if watched() else Shown(shown.plain, f"{FOLD}{shown.html}</details>")


def watched() -> bool:
    """Whether somebody sits in front of this kernel: nbclient and nbval let no cell ask for input."""
    from IPython import get_ipython

    request: dict[str, Any] = getattr(get_ipython(), "get_parent", dict)()
    return bool(request.get("content", {}).get("allow_stdin", True))
