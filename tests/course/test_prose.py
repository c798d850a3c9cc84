"""What learners read can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from toys import Toy
from typer.testing import CliRunner

from workbook import course
from workbook.authors import prose, wording
from workbook.authors.prose import Page
from workbook.commands import dev

ROOT = Path(__file__).parents[2]
COURSE = course.load(ROOT)


@pytest.mark.parametrize("page", prose.pages(COURSE), ids=lambda page: re.sub(r"\W+", "-", page.name))
def test_prose_can_be_read(page: Page) -> None:
    """Sentences are short, words are plain, and reading leaves most of the minutes for doing."""
    assert list(page.findings()) == []


@pytest.mark.parametrize("page", prose.program(COURSE), ids=lambda page: page.name)
def test_the_command_does_without_those_words(page: Page) -> None:
    """Verdicts, errors and `--help` are held to the words of a page."""
    assert list(page.findings()) == []


@pytest.mark.parametrize(
    "text",
    [
        "Simply run it.",
        "Begin anew.",
        "Whoever logs in.",
        "Nobody has it.",
        "It shall go.",
        "It grows by and by.",
        "It waits for ever.",
        "Hence the test.",
        "One is told so.",
        "The row goes out.",
        "It stands in the table.",
        "The password lies there.",
    ],
)
def test_a_word_to_do_without_is_found(text: str) -> None:
    """Each kind of word is found once, and the finding says what to write."""
    (found,) = wording.findings("page", text)

    assert found.startswith("page says ")


@pytest.mark.parametrize(
    "text",
    ["It stands for a value.", "Adjust it.", "He lies to her.", "This is forever.", "Ask anybody.", "They shallow."],
)
def test_words_that_look_alike_are_left_alone(text: str) -> None:
    """The words are looked for whole, and the verbs with the place after them."""
    assert list(wording.findings("page", text)) == []


def test_the_command_says_strings_and_help(tmp_path: Path) -> None:
    """A string that people may read is said; a docstring only where it's the help of a command."""
    program = tmp_path / "workbook"
    for folder in ("commands", "report"):
        (program / folder).mkdir(parents=True)
        (program / folder / "one.py").write_text(
            'def check():\n    """Judge it anew."""\n    return f"{1} shall go", "nobody"\n', encoding="utf-8"
        )

    assert [text.split("\n\n") for _, text in wording.said(program)] == [["Judge it anew.", " shall go"], [" shall go"]]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("One two. Three four? Five!", [["One", "two"], ["Three", "four"], ["Five"]], id="marks"),
        pytest.param("It is 3.5 times a.b faster.", [["It", "is", "times", "a", "b", "faster"]], id="points-inside"),
        pytest.param("# Heading\n\nText.", [["Text"]], id="heading"),
        pytest.param("| a | b |\n|---|---|\n\nText.", [["Text"]], id="table"),
        pytest.param("```\nnot read. Never.\n```\n\nText.", [["Text"]], id="block"),
        pytest.param("Call `a.b(c) . d` now.", [["Call", "code", "now"]], id="span"),
        pytest.param("- one two\n- three", [["one", "two"], ["three"]], id="list"),
        pytest.param("See [the page](http://a.b/c.d) **here**.", [["See", "the", "page", "here"]], id="link"),
        pytest.param("It isn't well-kept.", [["It", "isn't", "well-kept"]], id="joined-words"),
    ],
)
def test_prose_is_split_into_sentences(text: str, sentences: list[list[str]]) -> None:
    """What is read aloud counts, what is looked at does not."""
    assert Page("page", text).sentences == sentences


@pytest.mark.parametrize(
    ("page", "finding"),
    [
        pytest.param(Page("page", "This is just a test."), "page says 'just'", id="word"),
        pytest.param(Page("page", "A test.", spoken="Obviously."), "page says 'Obviously'", id="word-in-a-note"),
        pytest.param(
            Page("page", "we go on " * 7 + "."), "page: the median sentence has 21 words", id="long-sentences"
        ),
        pytest.param(
            Page("page", "Multitudinous considerations necessitate organisational sophistication."),
            "page is hard to read",
            id="long-words",
        ),
        pytest.param(Page("page", "We go on. " * 600, minutes=20), "page: reading alone takes 12 of its 20", id="long"),
    ],
)
def test_prose_that_is_hard_is_found(page: Page, finding: str) -> None:
    """Each thing that a reader stumbles over has its sentence."""
    (found,) = page.findings()

    assert found.startswith(finding)


def test_prose_may_name_the_words_as_code() -> None:
    """A word in backticks is mentioned, not used."""
    assert list(Page("page", "Avoid `just` and `simply`.").findings()) == []


@pytest.mark.parametrize(
    ("word", "count"), [("test", 1), ("tested", 2), ("migrate", 2), ("table", 2), ("session", 2), ("database", 3)]
)
def test_syllables_are_about_right(word: str, count: int) -> None:
    """Groups of vowels, less a silent e."""
    assert prose.syllables(word) == pytest.approx(count, abs=1)


def test_dev_prose_measures_and_finds(toy: Toy) -> None:
    """The command shows a line for each page, and ends with 1 where something is to be mended."""
    toy.write("README.md", "It is just a toy.\n")
    app = typer.Typer()
    dev.register(app)
    app.callback()(lambda: None)

    done = CliRunner(env={"WORKBOOK_ROOT": str(toy.root), "COLUMNS": "200"}).invoke(app, ["dev", "prose"])

    assert done.exit_code == 1
    assert "02_store.ipynb" in done.stdout
    assert "✗ README.md says 'just'" in done.stdout
