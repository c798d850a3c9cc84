"""Binds each figure in a notebook's prose to the code cell that proves it: by default to one of those next to it.

A figure is a number, a status, an SQLSTATE, or a number word from two on. It holds where the nearest code cells of its
section, before it or after it, have it in their source or in a stored output; where it counts the list that follows it;
or where something else holds it: the chapter's declaration, the version of a package, a link to the chapter's notebook,
the chapter's own number in a command. All others are bound in the metadata of their cell, by the words around them:

    "figures": {"405, not 404": "allow: GET", "two rows": "smoke.insert(", "ten years": "because psycopg2 is that old"}

The first quotes a code cell of the notebook that has these figures, the second one that has the quoted text as often,
and the third says why no cell can prove it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile, takewhile

from workbook.authors.evidence import FIGURE, NUMBER, WORD, counted, evidence, normal, proven, proven_by
from workbook.authors.prose import COMMENT
from workbook.chapters import difference, variants
from workbook.course import Chapter, Course
from workbook.notebooks import header, questions, read
from workbook.notebooks.canonical import Cell, joined
from workbook.notebooks.comparison import first_line
from workbook.notebooks.lint import EXERCISE
from workbook.notebooks.slides import is_section, split

CHAPTER = re.compile(r"(?i:\bchapters? )\d+\b")
FOLDER = re.compile(r"\b\d+(?=_[a-z])")
COMMAND = re.compile(r"(?:\bworkbook [a-z ]+|[`%](?:open|check|hint|serve|run|watch|reset|start)) (\d+)\b")
LINK = re.compile(r"\[[^\]]*?(\d\d)[^\]]*\]\((?:\.\./notebooks/)?(\d\d)_\w+\.ipynb\)")
TARGET = re.compile(r"\]\([^)]*\)")
PACKAGE = re.compile(r"\b([A-Za-z][\w-]*) (\d+(?:\.\d+)*)")
PINNED = re.compile(r"^([\w-]+)(?:\[.*\])?==([\d.]+)", re.MULTILINE)
ITEM = re.compile(r"(?:[-*+]|\d+\.) ")
BLOCK = re.compile(rf"\n\s*\n|\n(?={ITEM.pattern})")
ENUMERATION = re.compile(r"[^.!?:]*: ([^.!?:]+)")
COMMA = re.compile(r"[,;] (?:and |or )?| and ")
NOUN = re.compile(r"\W{1,3}([A-Za-z]+)")
BECAUSE = "because "
NAMED = re.compile(r"\bpsycopg 3\b")  # what has a figure in its name
PLANNED = re.compile(rf"^(?:{NUMBER}|{WORD}) minutes?\.")  # of a note: no fact, but what a speaker shall take
SHOWN = 4  # of the code cells that were searched, at most
CONTEXT, WIDTH = 30, 50  # characters shown on either side of a figure, and of the first line of a cell
ANOTHER = "is another chapter: name it by a link to its notebook, as in [chapter 04](04_registration.ipynb)."
UNPROVEN = (
    "is{counting} in none of the code cells next to it: {searched}. Correct it; or bind it in the metadata of this "
    'cell, "figures": {{"{words}": "what the cell that proves it says, or what is there as often"}}.'
)


@dataclass(frozen=True)
class Prose:
    """What one cell says, in its text or in its notes, and the code cells that are to bear it out."""

    cell: Cell
    text: str
    near: Sequence[Cell]
    exercise: bool  # it tells of the exercise, whose tests bear it out as well
    counted: frozenset[str] = frozenset()  # and what bears it out beside that


def findings(course: Course, chapter: Chapter) -> list[str]:
    """The figures in the chapter's notebook that nothing bears out, each with the way to bind it."""
    cells, held = read(chapter.notebook)["cells"], Held(course, chapter)
    return [*in_cells(cells, held), *_declared_in_vain(chapter, cells, held)]


def in_cells(cells: Sequence[Cell], held: Held) -> list[str]:
    """The same for the cells of a notebook."""
    place = {id(cell): f"cell {number} ({first_line(cell)[:WIDTH]})" for number, cell in enumerate(cells, start=1)}
    found = [(one.cell, said) for one in proses(cells) for said in _loose(one, held, place)]
    proofs = [" ".join(evidence(cell).split()) for cell in cells if _is_code(cell)]
    found += [(cell, said) for cell in cells for said in (*_bound_in_vain(cell, proofs), *_answered_in_vain(cell))]
    return [f"{held.name}, {place[id(cell)]}: {said}" for cell, said in found]


def proses(cells: Sequence[Cell]) -> Iterator[Prose]:
    """Every text and every note; a text is about the code cells next to it, a note about all of its section."""
    for section in split(cells, is_section):
        exercise = bool(EXERCISE.search(joined(section[0]["source"])))
        for place, cell in enumerate(section):
            if cell["cell_type"] == "markdown":
                near = [*_nearest(section[:place][::-1]), *_nearest(section[place + 1 :])]
                yield Prose(cell, questions.claims(cell), near, exercise)
            if notes := cell["metadata"].get("notes"):
                points = sum(bool(ITEM.match(block)) for block in BLOCK.split(joined(cell["source"])))
                whole = [one for one in section if _is_code(one)]
                yield Prose(cell, str(notes), whole, exercise, frozenset({counted(str(points), "sentences")}))


class Held:
    """What holds figures beside the cells of a notebook."""

    def __init__(self, course: Course, chapter: Chapter) -> None:
        self.declared = set(header(chapter).splitlines())
        self.name, self.number = chapter.notebook.name, chapter.number
        tests = "\n".join(difference.texts(chapter.folder / "exercise", without=("cases", "sabotage")).values())
        minutes, sabotage = chapter.minutes.exercise, len(variants.sabotages(chapter))
        self.of_the_exercise = proven(f"{tests} {minutes} minutes, {sabotage} broken, {sabotage} defects")
        self._slug = re.compile("|".join(course.by_slug))
        pinned = course.root / "requirements.txt"
        self._pins = dict(PINNED.findall(difference.read(pinned))) if pinned.is_file() else {}

    def blanked(self, line: str, bound: Iterable[str]) -> str:
        """The line with spaces in place of what is held, or is bound by these words."""
        for phrase in bound:
            line = line.replace(phrase, " " * len(phrase))
        line = LINK.sub(lambda link: _blank(link) if link[1] == link[2] else link[0], line)
        line = COMMAND.sub(lambda one: _blank(one) if one[1] == self.number else one[0], line)
        line = PACKAGE.sub(lambda one: _blank(one) if self._is_pinned(one[1], one[2]) else one[0], line)
        for pattern in (TARGET, self._slug, NAMED, PLANNED):
            line = pattern.sub(_blank, line)
        return line

    def _is_pinned(self, package: str, version: str) -> bool:
        return f"{self._pins.get(package.lower())}.".startswith(f"{version}.")


def _loose(prose: Prose, held: Held, place: dict[int, str]) -> Iterator[str]:
    """A sentence for each figure that nothing holds."""
    near = prose.counted.union(*map(proven_by, prose.near), held.of_the_exercise if prose.exercise else ())
    text = "\n".join(line for line in COMMENT.sub("", prose.text).split("\n") if line not in held.declared)
    blocks = BLOCK.split(text)
    for number, block in enumerate(blocks):
        line = " ".join(block[item.end() if (item := ITEM.match(block)) else 0 :].split())
        listed = len([*takewhile(ITEM.match, blocks[number + 1 :])]) if line.endswith(":") else 0
        blanked = held.blanked(line, prose.cell["metadata"].get("figures", ()))
        chapters = {one.end() for pattern in (CHAPTER, FOLDER, COMMAND) for one in pattern.finditer(blanked)}
        for found in FIGURE.finditer(blanked):
            rest = line[found.end() :]
            said = f'{found[0]} in "…{line[max(0, found.start() - CONTEXT) : found.end() + CONTEXT]}…"'
            if found.end() in chapters:
                yield f"{said} {ANOTHER}"
            elif not _is_borne_out(found[0], rest, near, listed):
                searched = ", ".join(place[id(cell)] for cell in prose.near[:SHOWN]) or "this section has none"
                searched += f" and {len(prose.near) - SHOWN} more" if len(prose.near) > SHOWN else ""
                counting = ", with the word after it," if found[0].isalpha() else ""
                words = found[0] + " ".join(rest.split(" ")[:2])
                yield f"{said} {UNPROVEN.format(counting=counting, searched=searched, words=words)}"


def _is_borne_out(figure: str, rest: str, near: frozenset[str], listed: int) -> bool:
    """Whether it stands nearby: a word with what it counts; or whether so many things are listed after it."""
    value = normal(figure)
    if value in (str(listed), _enumerated(rest)):
        return True
    what = NOUN.match(rest)
    return what is not None and counted(figure, what[1]) in near if figure.isalpha() else value in near


def _bound_in_vain(cell: Cell, proofs: Sequence[str]) -> Iterator[str]:
    """A sentence for each binding of a cell that does not hold."""
    said = " ".join(f"{joined(cell['source'])} {cell['metadata'].get('notes', '')}".split())
    for phrase, proof in cell["metadata"].get("figures", {}).items():
        values = {normal(one) for one in FIGURE.findall(phrase)}
        wanted = " ".join(proof.split())
        if phrase not in said or not values:
            yield f'it binds "{phrase}", which it does not say, or has no figure.'
        elif not wanted.startswith(BECAUSE) and not any(
            wanted in one and (values <= proven(wanted) or values == {str(one.count(wanted))}) for one in proofs
        ):
            yield f'it binds "{phrase}" to "{proof}": no code cell says that with these figures, or as often.'


def _answered_in_vain(cell: Cell) -> Iterator[str]:
    """A sentence for each right answer with another figure than what is shown to prove it."""
    for answer in questions.answers(cell):
        shown = proven(answer.shows or "")
        if shown and not {normal(one) for one in FIGURE.findall(answer.says)} <= shown:
            yield f'its right answer is "{answer.says}", and what proves it is "{answer.shows}".'


def _declared_in_vain(chapter: Chapter, cells: Sequence[Cell], held: Held) -> Iterator[str]:
    """A sentence for each number in what the chapter declares of itself that stands nowhere in it."""
    exercise = chapter.exercise
    shown = held.of_the_exercise.union(*(proven_by(cell) for cell in cells if _is_code(cell)))
    said = [chapter.title, *chapter.objectives, exercise.task, *exercise.hints]
    defects = [variants.read(chapter, file).said["defect"] for file in variants.sabotages(chapter)]
    for text in [*said, *defects]:
        for figure in FIGURE.findall(held.blanked(text, ())):
            if not figure.isalpha() and normal(figure) not in shown:
                yield f'{chapter.slug} declares "{text}", and {figure} is in no code cell and no test of its exercise.'


def _enumerated(rest: str) -> str:
    """How many things a sentence lists after a colon: `three: a, b and c`."""
    listed = ENUMERATION.match(rest)
    return str(len(COMMA.split(listed[1]))) if listed else ""


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _nearest(cells: Sequence[Cell]) -> Iterator[Cell]:
    """The first code cells in a row."""
    return takewhile(_is_code, dropwhile(lambda cell: not _is_code(cell), cells))


def _is_code(cell: Cell) -> bool:
    return bool(cell["cell_type"] == "code")
