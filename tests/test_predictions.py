"""Guess before you look: the question, the folded answer, the explanation, and `%%attempt`."""

from __future__ import annotations

from typing import Any

import pytest
from toy_notebooks import Cell, code, markdown, result
from walks import hello as hello

from workbook.nb import attempts, prediction
from workbook.nb.notebook_session import NotebookSession
from workbook.nb.rendering import Shown
from workbook.nb.test_runs import ClaimError
from workbook.notebooks.questions import answers, findings
from workbook.system.errors import UserError


def guess(says: str, reason: str = "A reason.", shows: str = "") -> str:
    bound = f"<!-- shows: {shows} -->" if shows else ""
    return f'<details class="guess"><summary>{says}</summary>{bound}\n\n{reason}\n\n</details>'


def question(*given: str) -> Cell:
    return markdown("What does it answer?\n\n" + "\n\n".join(given))


RIGHT, WRONG = guess("409", shows="got 409"), guess("201")
ASKED = question(RIGHT, WRONG)
FOLDED = code("reveal(red())", result("it got  409", text_html=f"{prediction.FOLD}…</details>"))
WHY = markdown('<details class="after"><summary>Why</summary>\n\nBecause.\n\n</details>')


def said(*cells: Cell) -> list[str]:
    return [sentence for _, sentence in findings(cells)]


def test_a_question_with_its_answer_and_reason_has_no_findings() -> None:
    """White space between the words of what is shown does not matter."""
    assert said(markdown("# A"), ASKED, FOLDED, WHY, markdown("## B")) == []


def test_answers_say_what_they_are_bound_to() -> None:
    """The comment is no part of the reason."""
    assert [(one.says, one.reason, one.shows) for one in answers(ASKED)] == [
        ("409", "A reason.", "got 409"),
        ("201", "A reason.", None),
    ]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ((question(RIGHT), FOLDED), "it offers 1 answers"),
        ((question(RIGHT, WRONG, WRONG, WRONG, WRONG), FOLDED), "it offers 5 answers"),
        ((question(WRONG, WRONG), FOLDED), "exactly one answer must say"),
        ((question(RIGHT, RIGHT), FOLDED), "exactly one answer must say"),
        ((question(RIGHT, guess("201", "")), FOLDED), "nothing is said to the answer “201”"),
        ((question(guess("404", shows="got 404"), WRONG), FOLDED), "does not show 'got 404'"),
        ((ASKED,), "no `reveal(...)` follows"),
        ((ASKED, markdown("So."), FOLDED), "no `reveal(...)` follows"),
        ((ASKED, code("red()", result("got 409"))), "no `reveal(...)` follows"),
        ((markdown("No question."), FOLDED), "it reveals the answer to no question"),
        ((ASKED, code("reveal(red())", result("got 409", text_html="open"))), "its output is not folded"),
        ((ASKED, code("reveal(red())", result("got 409"))), "its output is not folded"),
        ((ASKED, FOLDED, markdown("It is 409.")), "it tells the answer to everybody who scrolls"),
        ((markdown('<details class="guess">409</details>'),), "an answer is not written as"),
    ],
    ids=[
        "one-answer", "five-answers", "none-right", "two-right", "no-reason", "stale", "no-reveal", "cell-between",
        "not-revealed", "no-question", "open-html", "no-html", "leak", "malformed",
    ],
)  # fmt: skip
def test_what_does_not_fit_is_found(cells: tuple[Cell, ...], sentence: str) -> None:
    """Each break between question, output and explanation has its own sentence."""
    assert any(sentence in one for one in said(*cells)), said(*cells)


class Kernel:
    """An IPython that was asked to run a cell, with or without somebody in front of it."""

    def __init__(self, allow_stdin: bool) -> None:
        self.allow_stdin = allow_stdin

    def get_parent(self) -> dict[str, Any]:
        return {"content": {"allow_stdin": self.allow_stdin}}


@pytest.fixture(params=[True, False], ids=["watched", "stored"])
def watched(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr("IPython.get_ipython", lambda: Kernel(request.param))
    return bool(request.param)


def test_an_answer_is_open_for_whoever_runs_it(watched: bool) -> None:
    """The plain text is the same, so that what is stored can be compared."""
    shown = prediction.reveal(Shown("plain", "<b>html</b>"))

    assert (shown.plain, shown.html.startswith(prediction.FOLD)) == ("plain", not watched)


LINE = "shelf/main.py tests/test_hello.py"
HELLO = '@app.get("/hello")\ndef hello() -> dict[str, str]:\n    return {"message": "hello, world"}\n'


def test_an_attempt_that_is_right_is_green(hello: NotebookSession, watched: bool) -> None:
    """In front of a reader, and where the notebook is stored."""
    assert "All 2 requirements are met." in attempts.attempt(LINE, HELLO).plain


def test_an_attempt_that_is_wrong_is_shown_to_its_reader_alone(hello: NotebookSession, watched: bool) -> None:
    """A reader sees what is missing and goes on; a stored notebook must not hold a wrong solution."""
    wrong = HELLO.replace("world", "wirld")
    if watched:
        assert "1 of 2 requirements is not met." in attempts.attempt(LINE, wrong).plain
    else:
        with pytest.raises(ClaimError):
            attempts.attempt(LINE, wrong)


@pytest.mark.parametrize(
    ("line", "cell", "what"),
    [
        ("shelf/main.py", HELLO, "The first line says too little"),
        (LINE, HELLO.replace("return", "..."), "isn't Python yet"),
        (LINE, "def hello():\n    ...\n", "Line 2 of this cell is still blank"),
        (LINE, "x = 1", "This cell defines nothing"),
        (LINE, "def greet():\n    return 1\n", "shelf/main.py has no 'greet'"),
        ("shelf/mian.py tests", HELLO, "01_hello has no file shelf/mian.py"),
    ],
    ids=["no-test", "syntax", "blank", "nothing", "unknown", "no-file"],
)
def test_an_attempt_that_cannot_be_judged_says_why(
    hello: NotebookSession, watched: bool, line: str, cell: str, what: str
) -> None:
    """A sentence, and what to do."""
    with pytest.raises(UserError) as error:
        attempts.attempt(line, cell)

    assert what in error.value.what


def test_what_a_cell_defines_replaces_its_namesakes() -> None:
    """With their decorators, in any order; imports go to the top, everything else stays."""
    text = (
        '"""Doc."""\n\nfrom __future__ import annotations\n\nimport a\n\n\n'
        "@a.b\ndef f():\n    return 1\n\n\nclass C:\n    x = 1\n\n\nD = 4\n"
    )
    cell = "import e\n\nclass C:\n    y = 2\n    z = 3\n\n@e.g\n@e.h\nasync def f(x):\n    return 2\n"

    assert attempts.put_in(text, cell, "f.py") == (
        '"""Doc."""\n\nfrom __future__ import annotations\nimport e\n\nimport a\n\n\n'
        "@e.g\n@e.h\nasync def f(x):\n    return 2\n\n\nclass C:\n    y = 2\n    z = 3\n\n\nD = 4\n"
    )
