"""The reader's own notebook: blanks instead of solutions, updates that keep every word the reader wrote."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from toy_notebooks import Cell, code, markdown, notebook, result
from toys import Toy

from workbook.course import Chapter
from workbook.learner import notebook_copy
from workbook.learner.notebook_copy import open_notebook, style_slides
from workbook.notebooks import read, write
from workbook.notebooks.blanks import blanked, merged
from workbook.notebooks.canonical import Notebook, joined

SOLVED = "def f():\n    ### BEGIN SOLUTION\n    x = 1\n    return x\n    ### END SOLUTION\n"


def cells(**sources: str) -> Notebook:
    return notebook(*(markdown(source) | {"id": name} for name, source in sources.items()))


def sources(made: Notebook) -> list[str]:
    return [joined(cell["source"]) for cell in made["cells"]]


@pytest.fixture
def hello(toy: Toy) -> Chapter:
    return toy.course.find("01")


def test_a_solution_becomes_a_blank_without_its_output() -> None:
    """The blank is as far in as the solution was, and what the solution printed would give it away."""
    made = blanked(notebook(code(SOLVED, result("1"))))["cells"][0]

    assert (made["source"], made["outputs"], made["execution_count"]) == ("def f():\n    ...\n", [], None)


def test_two_solutions_in_one_cell_become_two_blanks() -> None:
    """The shortest regions are taken."""
    made = blanked(notebook(code(SOLVED + SOLVED.replace("f()", "g()"))))["cells"][0]["source"]

    assert made == "def f():\n    ...\ndef g():\n    ...\n"


def test_a_cell_without_a_solution_stays_with_its_output() -> None:
    """A reader sees what the chapter stored."""
    made = notebook(code("1 + 1", result("2")))

    assert blanked(made)["cells"] == made["cells"]


BASE = cells(a="A", b="B", c="C")


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (BASE, cells(a="A", b="B2", c="C"), ["A", "B2", "C"]),
        (cells(a="A", b="my B", c="C"), cells(a="A2", b="B", c="C"), ["A2", "my B", "C"]),
        (cells(a="A", b="my B", c="C"), cells(a="A", b="B2", c="C"), ["A", "my B", "B2", "C"]),
        (cells(a="A", b="B2", c="C"), cells(a="A", b="B2", c="C"), ["A", "B2", "C"]),
        (cells(a="A", mine="mine", b="B", c="C"), cells(n="N", a="A", b="B"), ["N", "A", "mine", "B"]),
        (cells(mine="mine", a="A", b="B", c="C"), cells(a="A2", b="B", c="C"), ["mine", "A2", "B", "C"]),
        (cells(a="A", b="my B", mine="mine", c="C"), cells(a="A", c="C"), ["A", "my B", "mine", "C"]),
        (cells(a="A", c="C"), cells(a="A", b="B2", c="C"), ["A", "C"]),
        (cells(a="A", b="B", c="C", d="D"), cells(a="A2", b="B", c="C"), ["A2", "B", "C", "D"]),
    ],
    ids=["untouched", "other-cells", "both", "same", "own-cell", "own-first", "source-gone", "removed", "own-last"],
)
def test_an_update_keeps_what_the_reader_changed(mine: Notebook, theirs: Notebook, expected: list[str]) -> None:
    """Cells are told apart by their ids, wherever they are now."""
    assert sources(merged(BASE, mine, theirs)[0]) == expected


@pytest.mark.parametrize("seed", range(200))
def test_no_word_of_the_reader_is_lost(seed: int) -> None:
    """After any change on both sides the reader's words are there, each id once; a second update adds nothing."""
    dice = random.Random(seed)

    def changed(made: Notebook, who: str) -> Notebook:
        kept: list[Cell] = []
        for cell in made["cells"]:
            if dice.random() < 0.8:
                kept.append(cell | {"source": f"{who} {dice.random()}"} if dice.random() < 0.4 else dict(cell))
            if dice.random() < 0.3:
                kept.append(markdown(f"{who} {dice.random()}") | {"id": f"{who}-{dice.random()}"})
        return made | {"cells": kept}

    base = cells(**{f"c{number}": f"source {number}" for number in range(8)})
    mine, theirs = changed(base, "reader"), changed(base, "source")
    made, _ = merged(base, mine, theirs)
    ids = [cell["id"] for cell in made["cells"]]

    assert {one for one in sources(mine) if one.startswith("reader")} <= set(sources(made))
    assert len(ids) == len(set(ids))
    assert sources(merged(theirs, made, theirs)[0]) == sources(made)


def test_the_first_opening_makes_a_copy(hello: Chapter) -> None:
    """It is beside the exercise, and the chapter's own notebook stays as it is."""
    before = hello.notebook.read_bytes()
    opened = open_notebook(hello)

    assert (opened.written, opened.path) == (True, hello.root / "desk" / "01_hello.ipynb")
    assert sources(read(opened.path)) == sources(blanked(read(hello.notebook)))
    assert hello.notebook.read_bytes() == before


def test_the_next_opening_leaves_the_copy_alone(hello: Chapter) -> None:
    """Byte for byte, with the notes in it."""
    place = open_notebook(hello).path
    place.write_text(place.read_text(encoding="utf-8").replace("# Hello", "# My hello"), encoding="utf-8")
    before = place.read_bytes()

    assert (open_notebook(hello).written, place.read_bytes()) == (False, before)


def test_the_slides_of_a_copy_have_the_same_style(hello: Chapter) -> None:
    """RISE looks beside the notebook; a newer style takes the place of the older one."""
    style, copy = hello.notebook.with_name("rise.css"), hello.root / "desk" / "rise.css"
    open_notebook(hello)
    style_slides(hello.root)
    assert not copy.exists()

    for text in ("/* one */", "/* two */"):
        style.write_text(text, encoding="utf-8")
        style_slides(hello.root)
        assert copy.read_text(encoding="utf-8") == text


def edit(file: Path, place: int, source: str) -> None:
    made = read(file)
    made["cells"][place]["source"] = source
    write(file, made)


def test_a_newer_chapter_is_merged_and_the_old_copy_is_kept(hello: Chapter) -> None:
    """The reader's cell stays, the new source arrives, the copy of before is set aside and named."""
    place = open_notebook(hello).path
    edit(place, 1, "my_note = 1")
    before = place.read_bytes()
    edit(hello.notebook, 0, "A new introduction.")
    opened = open_notebook(hello)

    assert sources(read(place))[:2] == ["A new introduction.", "my_note = 1"]
    (aside,) = (hello.root / "desk" / "aside" / "notebooks").iterdir()
    assert aside.read_bytes() == before
    assert opened.notes[-1] == f"The notebook as it was: desk/aside/notebooks/{aside.name}"
    assert open_notebook(hello) == notebook_copy.Opened(place, written=False)


def test_what_the_reader_and_the_chapter_changed_is_there_twice(hello: Chapter) -> None:
    """First the reader's, then the new one; the note says so."""
    place = open_notebook(hello).path
    edit(place, 1, "mine = 1")
    edit(hello.notebook, 1, "theirs = 1")
    opened = open_notebook(hello)

    assert sources(read(place))[1:3] == ["mine = 1", "theirs = 1"]
    assert "One cell that you changed was changed here too" in opened.notes[1]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"cells": 3}', "\udcff"], ids=repr)
def test_a_copy_that_is_no_notebook_is_set_aside(hello: Chapter, text: str) -> None:
    """The reader gets a fresh one, and is told where the file is."""
    place = open_notebook(hello).path
    place.write_text(text, encoding="utf-8", errors="surrogateescape")
    opened = open_notebook(hello)

    assert "is not a notebook any more" in opened.notes[0]
    assert json.loads(place.read_text(encoding="utf-8"))["cells"]
    (aside,) = (hello.root / "desk" / "aside" / "notebooks").iterdir()
    assert aside.read_text(encoding="utf-8", errors="surrogateescape") == text


def test_without_its_base_nothing_of_the_copy_is_replaced(hello: Chapter) -> None:
    """Nobody knows then what the reader changed: each cell that differs counts as theirs."""
    place = open_notebook(hello).path
    edit(place, 1, "mine = 1")
    notebook_copy.base(hello).unlink()
    edit(hello.notebook, 1, "theirs = 1")
    open_notebook(hello)

    assert "mine = 1" in sources(read(place))
