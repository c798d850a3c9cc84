"""Holds a question, the cell that answers it, and the explanation after it to each other; reads, runs nothing.

A question is a Markdown cell with two to four answers, each a `<details class="guess">` whose body says why it's
right or wrong. The right one has, in a comment that no page shows, what the next cell's output contains:

    <details class="guess"><summary>409</summary><!-- shows: got 409 -->

    Yes: the row is still there.

    </details>

The next cell is `reveal(...)`. What explains the answer is in a `<details class="after">` right after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbook.notebooks.canonical import Cell, joined

FOLDED = '<details class="answer"'
_ANSWER = re.compile(r'<details class="guess">\s*<summary>(?P<says>.*?)</summary>(?P<reason>.*?)</details>', re.DOTALL)
_SHOWS = re.compile(r"<!-- shows: (?P<text>.*?) -->", re.DOTALL)
_REVEAL = re.compile(r"^reveal\(|\bfolded=True\b", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """One answer: what it says, what is said to it, and, of the right one, what the next output contains."""

    says: str
    reason: str
    shows: str | None


def answers(cell: Cell) -> list[Answer]:
    """The answers that a Markdown cell offers; none where it asks nothing."""
    if cell["cell_type"] != "markdown":
        return []
    found = []
    for match in _ANSWER.finditer(joined(cell["source"])):
        shows = _SHOWS.search(match["reason"])
        found.append(Answer(match["says"], _SHOWS.sub("", match["reason"]).strip(), shows["text"] if shows else None))
    return found


def claims(cell: Cell) -> str:
    """What a Markdown cell states as true: its source without the wrong answers."""
    return _ANSWER.sub(lambda one: one[0] if _SHOWS.search(one["reason"]) else "", joined(cell["source"]))


def reveals(cell: Cell) -> bool:
    """Whether a cell shows what its readers were asked to guess."""
    return cell["cell_type"] == "code" and bool(_REVEAL.search(joined(cell["source"])))


def findings(cells: Sequence[Cell]) -> Iterator[tuple[Cell, str]]:
    """Each cell where question, answer and explanation do not fit, with a sentence."""
    for before, cell, after in zip([None, *cells], cells, [*cells[1:], None], strict=False):
        if given := answers(cell):
            yield from ((cell, one) for one in _question(given))
            if after is None or not reveals(after):
                yield cell, "no `reveal(...)` follows this question."
            else:
                yield from ((after, one) for one in _revealed(after, given))
        elif 'class="guess"' in joined(cell["source"]):
            yield cell, 'an answer is not written as `<details class="guess"><summary>…</summary> … </details>`.'
        elif reveals(cell):
            if before is None or not answers(before):
                yield cell, "it reveals the answer to no question: put the question right before it."
            if after and after["cell_type"] == "markdown" and not joined(after["source"]).startswith(("<details", "#")):
                yield after, 'it tells the answer to everybody who scrolls: use `<details class="after">`.'


def _question(given: Sequence[Answer]) -> Iterator[str]:
    if not 2 <= len(given) <= 4:
        yield f"it offers {len(given)} answers: give two to four."
    if sum(answer.shows is not None for answer in given) != 1:
        yield "exactly one answer must say, as `<!-- shows: … -->`, what the next cell shows."
    yield from (f"nothing is said to the answer “{answer.says}”." for answer in given if not answer.reason)


def _revealed(cell: Cell, given: Sequence[Answer]) -> Iterator[str]:
    shown = [output.get("data", {}) for output in cell["outputs"]]
    plain = _plain(" ".join(joined(data.get("text/plain", "")) for data in shown))
    for answer in given:
        if answer.shows is not None and _plain(answer.shows) not in plain:
            yield f"the answer “{answer.says}” is marked as right, but this does not show {answer.shows!r}."
    if not shown or not all(joined(data.get("text/html", "")).startswith(FOLDED) for data in shown):
        yield "its output is not folded: reveal what is shown as HTML, and store it with `workbook dev notebooks`."


def _plain(text: str) -> str:
    return " ".join(text.split())
