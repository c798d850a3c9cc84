"""Measures prose: how long, how hard to read, and which words it should do without.

The formula is small enough to stand here; the libraries for it bring a natural language toolkit along.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from workbook.authors import wording
from workbook.chapters import variants
from workbook.course import DECLARED, Chapter, Course
from workbook.notebooks import read
from workbook.notebooks.canonical import joined

LONG = 20  # words: the median sentence of a page stays below
EASE = 50  # Flesch reading ease that a page must reach; 60 to 70 is plain English
SPEED = 150  # words a minute, of somebody who reads to learn

FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1\s*$", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
CODE = re.compile(r"(`+).+?\1", re.DOTALL)
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
TAG = re.compile(r"</?[A-Za-z][^>]*>")
ITEM = re.compile(r"^\s*(?:[-*+>]|\d+\.)\s+", re.MULTILINE)
MARK = re.compile(r"\*+|(?<!\w)_+|_+(?!\w)")
BREAK = re.compile(r"\n\s*\n|(?<=[.!?:])[\"')]*\s+(?=[\"'(]*[A-Z0-9]|code)")
WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
SPAN = "code"  # what a code span is read as: one word of one syllable


@dataclass(frozen=True)
class Page:
    """A piece of Markdown with a name; `minutes` are those that a class has for it, 0 where that does not apply."""

    name: str
    text: str
    minutes: int = 0
    spoken: str = ""  # notes for whoever teaches it: not measured, held to the same words

    @property
    def sentences(self) -> list[list[str]]:
        """The words of each sentence; headings, tables and code blocks are none."""
        return [words for sentence in BREAK.split(plain(self.text)) if (words := WORD.findall(sentence))]

    @property
    def lengths(self) -> list[int]:
        return [len(sentence) for sentence in self.sentences]

    @property
    def words(self) -> int:
        return sum(self.lengths)

    @property
    def middle(self) -> float:
        """The median sentence, in words."""
        return median(self.lengths or [0])

    @property
    def reading(self) -> float:
        """Minutes that reading it takes."""
        return self.words / SPEED

    @property
    def ease(self) -> float:
        """Flesch reading ease: about 100 for very easy, below 30 for very hard."""
        if not self.words:
            return 100.0
        spoken = sum(syllables(word) for sentence in self.sentences for word in sentence)
        return 206.835 - 1.015 * self.words / len(self.sentences) - 84.6 * spoken / self.words

    def findings(self) -> Iterator[str]:
        """What a reader would stumble over, as sentences."""
        for text in (self.text, self.spoken):
            yield from wording.findings(self.name, CODE.sub("", FENCE.sub("", text)))
        if self.middle >= LONG:
            yield f"{self.name}: the median sentence has {self.middle:.0f} words; stay below {LONG}."
        if self.ease < EASE:
            yield f"{self.name} is hard to read: {self.ease:.0f} on the Flesch scale, where {EASE} is asked for."
        if self.minutes and self.reading > self.minutes / 2:
            yield f"{self.name}: reading alone takes {self.reading:.0f} of its {self.minutes} minutes."


def plain(text: str) -> str:
    """Running text only, with code spans as one word each."""
    text = COMMENT.sub("", FENCE.sub("\n\n", text))
    text = LINK.sub(r"\1", CODE.sub(SPAN, text))
    running = "\n".join(line for line in TAG.sub("", text).splitlines() if not line.lstrip().startswith(("#", "|")))
    return MARK.sub("", ITEM.sub("\n\n", running))


def syllables(word: str) -> int:
    """By its groups of vowels: right for nine words in ten, which is enough for a mean."""
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = re.search(r"[^aeiouy][aeiouy]*[^aeiouyl]e[ds]?$", word.lower()) is not None and groups > 1
    return max(1, groups - silent)


def pages(course: Course) -> list[Page]:
    """Every notebook, the chapters' hints and tasks, and the pages beside them."""
    found = [Page(file.name, file.read_text(encoding="utf-8")) for file in sorted(course.root.glob("*.md"))]
    for chapter in course.chapters:
        if chapter.notebook.is_file():
            found.append(notebook(chapter))
        exercise = chapter.exercise
        said = [chapter.title, *chapter.objectives, exercise.task, *exercise.hints]
        said += [variants.read(chapter, file).said["defect"] for file in variants.sabotages(chapter)]
        found.append(Page(f"{chapter.slug}/{DECLARED}", "\n\n".join(f"{one.rstrip('.')}." for one in said)))
    return found


def program(course: Course) -> list[Page]:
    """What the command says, module by module; held to the words only."""
    return [Page(name, "", spoken=text) for name, text in wording.said(course.root / "workbook")]


def notebook(chapter: Chapter) -> Page:
    """The Markdown of a chapter's notebook, and the notes of its speaker."""
    cells = read(chapter.notebook)["cells"]
    text = [joined(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    notes = [str(cell["metadata"].get("notes", "")) for cell in cells]
    return Page(chapter.notebook.name, "\n\n".join(text), chapter.minutes.walk, "\n\n".join(filter(None, notes)))
