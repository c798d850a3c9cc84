"""Falsifies figures: every number and number word in the prose of a notebook becomes another one, one at a time."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workbook.notebooks.canonical import Cell, joined

STATUSES = ("200", "201", "204", "400", "401", "403", "404", "405", "409", "422", "500", "503")
WORDS = (
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "twenty",
    "hundred",
)
FOLLOWING = dict(pairwise((*STATUSES, "200"))) | dict(pairwise((*WORDS, "two")))

# No facts: an item's own number, the time of day, where a link leads, a speaker's plan, and answers meant to be wrong.
NONE = re.compile(
    r"^\s*\d+\. |^\w+ minutes?\.|\d+(?::\d+|\s?[ap]\.m\.)|\]\([^)]*\)"
    r"|<details class=\"guess\">(?:(?!shows:|</details>).)*</details>|<!--.*?-->",
    re.MULTILINE | re.DOTALL,
)
FIGURE = re.compile(rf"(?<![\w.])\d+(?:[.,]\d+)*|\b(?:{'|'.join(WORDS)})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Falsified:
    """A notebook of which one figure is false."""

    figure: str
    became: str
    around: str
    cells: list[Cell]

    def __str__(self) -> str:
        return f"{self.figure} → {self.became} in …{self.around}…"


def falsified(cells: Sequence[Cell]) -> Iterator[Falsified]:
    """Each figure as the one that follows it, as another one of this notebook, and a word as nine, too."""
    places = [place for number, cell in enumerate(cells) for place in _places(number, cell)]
    said = {word: [one[4] for one in places if one[4].isalpha() == word] for word in (True, False)}
    for number, key, text, start, figure in places:
        others = [one for one in said[figure.isalpha()] if one.lower() != figure.lower()]
        wrong = {_following(figure), others[start % len(others)] if others else "", "nine" if figure.isalpha() else ""}
        for became in sorted(one.lower() for one in wrong - {""} if one.lower() != figure.lower()):
            changed = copy.copy(cells[number])
            new = f"{text[:start]}{became}{text[start + len(figure) :]}"
            changed |= {"source": new} if key == "source" else {"metadata": cells[number]["metadata"] | {"notes": new}}
            around = " ".join(text[max(0, start - 40) : start + 40].split())
            yield Falsified(figure, became, around, [*cells[:number], changed, *cells[number + 1 :]])


def _places(number: int, cell: Cell) -> Iterator[tuple[int, str, str, int, str]]:
    texts = {"notes": str(cell["metadata"].get("notes", ""))}
    if cell["cell_type"] == "markdown":
        texts["source"] = joined(cell["source"])
    for key, text in texts.items():
        blanked = NONE.sub(lambda none: " " * len(none[0]), text)
        yield from ((number, key, text, found.start(), found[0]) for found in FIGURE.finditer(blanked))


def _following(figure: str) -> str:
    if figure.lower() in FOLLOWING:
        return FOLLOWING[figure.lower()]
    whole, point, rest = figure.partition(".")
    return f"{int(whole.replace(',', '')) + 1:0{len(whole)}}{point}{rest}"
