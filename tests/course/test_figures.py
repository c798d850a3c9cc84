"""Each figure that a learner reads is borne out by a cell, and one that is not is found."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from falsified import falsified
from toys import TOY, Toy

from workbook import course
from workbook.authors import chapter_files, figures
from workbook.authors.evidence import FIGURE, normal
from workbook.course import Chapter
from workbook.notebooks import read, slides
from workbook.setup import install_errors

ROOT = Path(__file__).parents[2]
COURSE = course.load(ROOT)
NOTICED = 0.95  # of what is falsified, at least; what is left stands, as another figure, in a cell next to it

each_chapter = pytest.mark.parametrize("chapter", COURSE.chapters, ids=lambda chapter: chapter.slug)


@each_chapter
def test_figures_are_borne_out(chapter: Chapter) -> None:
    """No number in a notebook's text or notes is from memory."""
    found = figures.findings(COURSE, chapter)

    if found:
        pytest.fail("\n".join(found), pytrace=False)


@each_chapter
def test_figures_that_are_falsified_are_noticed(chapter: Chapter) -> None:
    """Whichever figure of the notebook becomes another one, it is found."""
    held = figures.Held(COURSE, chapter)
    tried = list(falsified(read(chapter.notebook)["cells"]))

    unnoticed = [str(one) for one in tried if not figures.in_cells(one.cells, held)]

    if len(unnoticed) > (1 - NOTICED) * len(tried):
        pytest.fail(f"{len(unnoticed)} of {len(tried)} escape. Bind them:\n" + "\n".join(unnoticed), pytrace=False)


def in_toy(toy: Toy, *cells: dict[str, Any]) -> list[str]:
    """The findings in the first notebook of the toy course, which gets these cells."""
    chapter = toy.course.find("01")
    whole = [{"metadata": {}, "id": "a"} | cell for cell in cells]
    toy.write(f"notebooks/{chapter.slug}.ipynb", json.dumps({"cells": whole, "metadata": {}}))
    return figures.findings(toy.course, chapter)


def says(text: str, **metadata: object) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": text, "metadata": metadata}


def prints(text: str, source: str = "measure()", *tags: str) -> dict[str, Any]:
    printed = [{"output_type": "stream", "name": "stdout", "text": [text]}]
    return {"cell_type": "code", "source": source, "outputs": printed, "metadata": {"tags": tags}}


def test_figure_from_memory_is_found(toy: Toy) -> None:
    """It is named with the words around it, the cells that were searched, and the way to bind it."""
    (found,) = in_toy(toy, says("It is 161 times as fast, at 79 ms."), prints("79 ms\n"))

    assert found == (
        '01_hello.ipynb, cell 1 (`It is 161 times as fast, at 79 ms.`): 161 in "…It is 161 times as fast, at 79 ms.…" '
        "is in none of the code cells next to it: cell 2 (`measure()`). Correct it; or bind it in the metadata of this "
        'cell, "figures": {"161 times": "what the cell that proves it says, or what is there as often"}.'
    )


ANSWER = '<details class="guess"><summary>{}</summary>{}\n\nBecause.\n\n</details>'


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        pytest.param("1,000 rows", "1000", id="thousands"),
        pytest.param("2.5 times", "2.50", id="zeros"),
        pytest.param("It answers 409.", "HTTP_409_CONFLICT", id="in-a-name"),
        pytest.param("SQLSTATE 42P01", "SQLSTATE 42P01", id="sqlstate"),
        pytest.param("Two clients race.", "2 clients", id="word-for-a-number"),
        pytest.param("It runs a hundred times.", "100 times each", id="hundred"),
        pytest.param("Here is one in two lines:", "", id="lines-of-the-cell"),
        pytest.param("Three things:\n\n- one\n- another\n- the last", "", id="list"),
        pytest.param("There are three words: engine, session and base.", "", id="enumeration"),
        pytest.param(
            "*5\N{EN DASH}10 minutes to walk through, 5\N{EN DASH}10 minutes for the exercise.*", "", id="declared"
        ),
        pytest.param("Everybody slept at 11 p.m. and at 23:59.", "", id="time-of-day"),
        pytest.param("In [chapter 02](../notebooks/02_store.ipynb) it goes on.", "", id="linked-chapter"),
        pytest.param("Run `python3 -m workbook check 01`, or `hint 01`.", "", id="own-number-in-a-command"),
        pytest.param("It is in `desk/02_store`.", "", id="folder"),
        pytest.param("1. first\n2. second", "", id="numbered-list"),
        pytest.param(f"{ANSWER.format('200', '<!-- shows: 200 -->')}\n\n{ANSWER.format('500', '')}", "200", id="guess"),
    ],
)
def test_figure_that_is_borne_out_is_left_alone(said: str, printed: str, toy: Toy) -> None:
    """Printed in another notation, counted, declared, or no figure at all."""
    assert in_toy(toy, says(said), prints(printed, "begin()\nend()")) == []


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        pytest.param("It answers 405.", "404", id="another-status"),
        pytest.param("It answers 404.", "test_main.py, line 404", id="number-of-a-line"),
        pytest.param("SQLSTATE 42P02", "SQLSTATE 42P01", id="sqlstate"),
        pytest.param("It takes 2 steps.", "psycopg2", id="part-of-a-name"),
        pytest.param("Nine clients race.", "2 clients", id="word"),
        pytest.param("Two clients race.", "2 rows", id="count-of-something-else"),
        pytest.param("Two things:\n\n- one\n- another\n- the last", "", id="list"),
        pytest.param("There are two words: engine, session and base.", "", id="enumeration"),
        pytest.param(
            "*6\N{EN DASH}10 minutes to walk through, 5\N{EN DASH}10 minutes for the exercise.*", "", id="declared"
        ),
        pytest.param("In chapter 02 it goes on.", "2", id="chapter-without-a-link"),
        pytest.param("In [chapter 01](../notebooks/02_store.ipynb) it goes on.", "1", id="link-to-another-chapter"),
        pytest.param("Run `python3 -m workbook check 02`.", "2", id="number-of-another-chapter"),
        pytest.param("It is in `desk/03_store`.", "3", id="folder"),
        pytest.param(ANSWER.format("500", "<!-- shows: 200 -->"), "200 500", id="right-answer"),
        pytest.param("The heading says 7.", "", id="nothing-near"),
    ],
)
def test_figure_that_is_not_borne_out_is_found(said: str, printed: str, toy: Toy) -> None:
    """However much it looks like one that stands nearby."""
    assert in_toy(toy, says(said), prints(printed)) != []


def test_figure_is_borne_out_by_the_nearest_cells_only(toy: Toy) -> None:
    """Those of another section, those beyond them, and outputs that nothing compares, prove nothing."""
    cells = [prints("1"), says("## Red"), prints("22"), says("1 22 333 4444"), prints("333"), says("."), prints("4444")]
    measured = [says("## Time"), prints("55", "measure()", "nbval-ignore-output"), says("55")]

    found = in_toy(toy, *cells, *measured)

    assert [re.findall(r": (\d+) in", one) for one in found] == [["1"], ["4444"], ["55"]]


def test_figure_in_a_note_is_borne_out_by_its_section(toy: Toy) -> None:
    """A speaker has all of it on the screen; and a plan for the minutes is no fact."""
    red = says("## Red", notes="Three minutes. Expected: 404, not 405.")

    (found,) = in_toy(toy, red, prints("1"), says("."), prints("404"), says("## Green"), prints("405"))

    assert ": 405 in" in found


@pytest.mark.parametrize(
    ("words", "proof", "said"),
    [
        pytest.param("405", "allow: GET 405", "", id="quoted"),
        pytest.param("405", "no such words 405", "no code cell says that", id="quoted-from-nowhere"),
        pytest.param("405", "allow: GET", "no code cell says that", id="quoted-without-the-figure"),
        pytest.param("two rows", "insert(", "", id="as-often"),
        pytest.param("two rows", "begin(", "no code cell says that", id="less-often"),
        pytest.param("405", "because nobody can count it", "", id="reason"),
        pytest.param("406", "because nobody can count it", "which it does not say", id="words-that-are-not-there"),
        pytest.param("rows", "because nobody can count it", "has no figure", id="words-without-a-figure"),
    ],
)
def test_figure_is_bound_by_the_metadata_of_its_cell(words: str, proof: str, said: str, toy: Toy) -> None:
    """To a cell elsewhere, which is asked; or to a reason."""
    text = f"It says 405 or {words}." if words.isalpha() else f"It says {words.replace('406', '405')}."
    shown = prints("allow: GET 405\n", "begin()\ninsert(1)\ninsert(2)")

    found = in_toy(toy, shown, says("## Recap"), says(text, figures={words: proof}))

    assert any(said in one for one in found) if said else found == []


def test_figure_in_the_exercise_is_borne_out_by_its_tests(toy: Toy) -> None:
    """The section on the exercise shows no cells: its tests say what is asked."""
    cells = says("## The exercise\n\nIt answers 200, not 418.")

    (found,) = in_toy(toy, cells)

    assert ": 418 in" in found


def test_figure_that_a_chapter_declares_stands_in_it(toy: Toy) -> None:
    """An objective, a task and a hint are prose too."""
    toy.edit("chapters/01_hello/chapter.toml", '"Answer a request"', '"Answer a request with 418"')

    assert figures.findings(toy.course, toy.course.find("01")) == [
        '01_hello declares "Answer a request with 418", and 418 is in no code cell and no test of its exercise.'
    ]


def requires_python() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["requires-python"]).removeprefix(">=")


def pins() -> int:
    """How many packages are pinned, to one part in ten."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return round(len(re.findall(r"^[\w.-]+(?:\[.*\])?==", text, re.MULTILINE)), -1)


def example() -> bool:
    """Nothing is stated: another figure would do."""
    return True


def cases_wanted() -> str:
    """How many answers an exercise has to have, right and wrong ones."""
    text = (ROOT / "tests/course/test_cases.py").read_text(encoding="utf-8")
    found = re.search(r"^RIGHT, WRONG = (\d+), (\d+)", text, re.MULTILINE)
    assert found
    return f"{found[1]} {found[2]}"


# The words around each figure of a page, and what proves them: a value with the same figures, or True.
PROOFS: Mapping[str, Mapping[str, Callable[[], object]]] = {
    "README.md": {
        "same suite passes on its first run and fails on its second": lambda: (
            COURSE.find("registration").contract.kind == "once"
        ),
        "need Python 3.11 or newer": requires_python,
        "about 180 packages": pins,
        "about 800 MB on disk": lambda: install_errors.NEEDED,
        "three requirements are not met": lambda: len(COURSE.find("01").exercise.red),
        "Two differ": example,  # and both are named right after it
        "02 03 --schedule 09:00 --break 10/60": example,
        "Between two classes": example,
        "documentation of chapter 01": lambda: 'served("01")' in (ROOT / "docs/screenshots.py").read_text("utf-8"),
    },
    "MAINTAINING.md": {
        "under 120": lambda: chapter_files.LINES,
        "at most 15 lines of code": lambda: slides.LONGEST,
        "two-chapter course": lambda: len(course.load(TOY).chapters),
        "--python-version 3.11": requires_python,
        "notebooks 03": example,
        "--after 02": example,
        "chapters/03_farewell": example,
        "dev move 03 --after 01": example,
        "at least two right ones that differ and three wrong ones": cases_wanted,
        "`--part 2`": example,
        "two parts may share a package, and one part may have two": example,
        "20 without it": lambda: round(course.Chapter.timeout),
        "status = 500": example,
        '"answers 405": "405 Method Not Allowed", "two rows"': example,
        '"two texts": "because any two': example,
    },
}


HERE = f"PROOFS of tests/course/{Path(__file__).name}"
GENERATED = re.compile(r"<!-- (\w+) -->.*<!-- /\1 -->", re.DOTALL)  # other tests hold it to its source


def page_findings(text: str, proofs: Mapping[str, Callable[[], object]], slugs: Iterable[str]) -> list[str]:
    """The figures of a page that have no proof, and the proofs that prove nothing."""
    line = " ".join(GENERATED.sub("", text).split())
    found = []
    for words, proof in proofs.items():
        value = proof()
        if words not in line:
            found.append(f'"{words}" is to be proven, and the page does not say it.')
        elif value is not True and numbers(str(value)) != numbers(words):
            found.append(f'"{words}": it is {value}.')
        line = line.replace(words, " ")
    for held in (figures.COMMAND.pattern, *slugs):
        line = re.sub(held, " ", line)
    left = [(one[0], line[max(0, one.start() - 30) : one.end() + 30]) for one in FIGURE.finditer(line)]
    return found + [
        f'{one} in "…{around}…" is proven by nothing: say in {HERE} what proves it.' for one, around in left
    ]


def numbers(text: str) -> list[str]:
    return sorted(normal(one) for one in FIGURE.findall(text))


@pytest.mark.parametrize("page", PROOFS)
def test_figures_of_a_page_are_proven(page: str) -> None:
    """Each figure of README and MAINTAINING is what its proof gives."""
    found = page_findings((ROOT / page).read_text(encoding="utf-8"), PROOFS[page], COURSE.by_slug)

    if found:
        pytest.fail("\n".join(found), pytrace=False)


@pytest.mark.parametrize("page", PROOFS)
def test_figures_of_a_page_that_are_falsified_are_noticed(page: str) -> None:
    """Every one of them, wherever it stands on the page."""
    text = figures.COMMAND.sub("", GENERATED.sub("", (ROOT / page).read_text(encoding="utf-8")))
    tried = list(falsified([{"cell_type": "markdown", "source": text, "metadata": {}}]))

    unnoticed = [str(one) for one in tried if not page_findings(one.cells[0]["source"], PROOFS[page], COURSE.by_slug)]

    assert tried
    assert unnoticed == []


@pytest.mark.skipif(sys.platform != "linux", reason="wheels of other systems have other sizes")
def test_figures_say_how_large_the_environment_is() -> None:
    """What a learner is told to keep free is what it takes, to one part in five."""
    taken = sum(file.lstat().st_size for file in Path(sys.prefix).rglob("*") if not file.is_dir())
    (said,) = numbers(install_errors.NEEDED)

    assert int(said) == pytest.approx(taken / 10**6, rel=0.2)
