"""What is stored against what happens, in sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from toy_notebooks import code, notebook, printed, raised, result

from workbook.notebooks import canonical
from workbook.notebooks.comparison import differences, explain

PATH = Path("01_hello.ipynb")


def compared(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    stored, fresh = notebook(old), notebook(new)
    return differences(stored, canonical(fresh), PATH)


def test_equal_outputs_have_no_findings() -> None:
    """What is as stored is not mentioned."""
    assert compared(code("1", result("1")), code("1", result("1"))) == []


def test_a_finding_says_where_and_stored_against_now() -> None:
    """The cell by its number and first line, the text by its line, both sides."""
    (finding,) = compared(code("x = 1\nx", result("a\n404")), code("x = 1\nx", result("a\n405")))

    assert finding.splitlines() == [
        "01_hello.ipynb, code cell 1 (`x = 1`): the output is not what is stored.",
        "  text/plain of output 1, line 2",
        "    stored: 404",
        "    now:    405",
    ]


@pytest.mark.parametrize(
    ("stored", "fresh", "said"),
    [
        pytest.param([printed("a\n")], [], "what was printed on stdout is stored, and is gone now:", id="gone"),
        pytest.param([], [printed("a\n")], "what was printed on stdout is new, and is not stored:", id="new"),
        pytest.param([printed("a\n")], [printed("b\n")], "what was printed on stdout, line 1", id="stream"),
        pytest.param(
            [result("1", text_html="<b>")], [result("1", text_html="<i>")], "text/html of output 1", id="html"
        ),
        pytest.param([raised("A", "x")], [raised("B", "x")], "    now:    B: x", id="exception"),
        pytest.param([result("1", image_png="a")], [result("1")], "image/png of output 1 is stored", id="picture-gone"),
        pytest.param([printed("a")], [printed("a\n")], "the line ends differ", id="line-end"),
    ],
)
def test_every_kind_of_difference_is_named(stored: list[Any], fresh: list[Any], said: str) -> None:
    """A person reads which output differs, and how."""
    assert said in explain(stored, fresh)


@pytest.mark.parametrize(
    ("stored", "fresh"),
    [
        pytest.param([result("1", image_png="a")], [result("1", image_png="b")], id="another-picture"),
        pytest.param([printed("a"), printed("b")], [printed("ab")], id="pieces-of-a-stream"),
        pytest.param([raised("A", "x", "here")], [raised("A", "x", "there")], id="traceback"),
    ],
)
def test_what_differs_from_run_to_run_is_not_compared(stored: list[Any], fresh: list[Any]) -> None:
    """As nbval, the comparison leaves out pictures, tracebacks, and how a stream was cut."""
    assert explain(stored, fresh) == ""


def test_an_ignored_output_is_not_compared() -> None:
    """A tagged cell may show something else every time."""
    tagged: dict[str, Any] = {"tags": ["nbval-ignore-output"], "reason": "Measured."}

    assert compared(code("t()", result("1"), **tagged), code("t()", result("2"), **tagged)) == []


def test_html_is_left_out_where_its_plain_twin_differs() -> None:
    """One difference is told once, in the words that a person reads."""
    told = explain([result("200", text_html="<b>200</b>")], [result("404", text_html="<b>404</b>")])

    assert told.splitlines() == ["  text/plain of output 1, line 1", "    stored: 200", "    now:    404"]


def test_a_long_line_is_shown_where_it_begins_to_differ() -> None:
    """What is the same at the beginning of a long line is left out."""
    told = explain([printed("a" * 1000 + "200")], [printed("a" * 1000 + "404")])

    assert [line[-5:] for line in told.splitlines()[1:]] == ["aa200", "aa404"]
    assert max(map(len, told.splitlines())) < 200


def test_long_differences_are_cut() -> None:
    """Ten thousand lines do not fill the screen."""
    told = explain([printed("a\n" * 10_000)], [printed("b\n" * 10_000)])

    assert "and 9994 more lines" in told
    assert len(told.splitlines()) < 20
