"""What a stored notebook must not have, and what it must, is said in a sentence with its cure."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from toy_notebooks import code, markdown, printed, raised, result, stored
from toys import TOY

from workbook import course
from workbook.notebooks import header, lint

CHAPTER = course.load(TOY).find("01_hello")
RUN = "run `workbook dev notebooks 01`."


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        pytest.param(code("1", count=None), f"it was never run: {RUN}", id="never-run"),
        pytest.param(code(""), "an empty cell: remove it.", id="empty"),
        pytest.param(
            code("t()", tags=["nbval-ignore-output"]),
            "its output is ignored, and nothing says why: put a `reason` beside the tag nbval-ignore-output.",
            id="ignored-without-a-reason",
        ),
        pytest.param(
            code("1", reason="Measured."),
            "it gives a reason for ignoring, and has not the tag nbval-ignore-output.",
            id="reason-without-ignoring",
        ),
        pytest.param(
            code("1", tags=["nbval-skip"]),
            "the tag nbval-skip is not allowed: a cell that is not run proves nothing.",
            id="skipped",
        ),
        pytest.param(
            code("# NBVAL_IGNORE_OUTPUT\n1"),
            "`# NBVAL_IGNORE_OUTPUT` in the source: use the cell's tags instead.",
            id="marker-in-the-source",
        ),
        pytest.param(
            code("1 / 0", raised("ZeroDivisionError", "division by zero")),
            f"it ended in ZeroDivisionError: mend it, or tag it raises-exception; then {RUN}",
            id="unexpected-exception",
        ),
        pytest.param(
            code("1", tags=["raises-exception"]),
            f"it is tagged raises-exception, and raised nothing: {RUN}",
            id="exception-that-never-came",
        ),
        pytest.param(
            code("1", printed("Deprecated\n", "stderr")),
            "it writes to stderr (a warning?): nothing of that belongs into a lesson.",
            id="warning",
        ),
        pytest.param(
            code("1", {"output_type": "display_data", "data": {"text/html": "<b>"}, "metadata": {}}),
            "what it shows has no plain-text twin.",
            id="without-a-twin",
        ),
    ],
)
def test_lint_finds(tmp_path: Path, cell: dict[str, Any], said: str) -> None:
    """One fault is one finding, which names the cell and what to do."""
    (finding,) = lint(stored(tmp_path, cell))

    assert finding.startswith("01_hello.ipynb, code cell 1 (")
    assert finding.endswith(f"): {said}")


@pytest.mark.parametrize(
    ("shown", "what"),
    [
        pytest.param("/home/ada/workbook/chapters/x.py", "a path of this machine", id="linux"),
        pytest.param(r"C:\Users\ada\x.py", "a path of this machine", id="windows"),
        pytest.param("/Users/ada/x.py", "a path of this machine", id="macos"),
        pytest.param("/private/var/folders/a/x", "a path of this machine", id="temporary"),
        pytest.param("lib/site-packages/fastapi", "a path of this machine", id="package"),
        pytest.param("http://127.0.0.1:54321/ping", "a port", id="address-with-port"),
        pytest.param("(host=localhost, port=25432)", "a port", id="port"),
        pytest.param("postgresql+psycopg2://ada:secret@db/x", "a password", id="password"),
        pytest.param("<function f at 0x7f12ab34cd>", "an address in memory", id="memory"),
        pytest.param("\x1b[31mred", "colour codes of a terminal", id="ansi"),
    ],
)
def test_lint_finds_what_is_true_on_one_machine_only(tmp_path: Path, shown: str, what: str) -> None:
    """An output that differs from machine to machine is found, in whichever form it is shown."""
    (finding,) = lint(stored(tmp_path, code("x", printed(shown))))

    assert f"its output shows {what} (`" in finding


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param("GET /home/ and /tmp", id="paths-of-a-service"),
        pytest.param("http://127.0.0.1:8000/docs", id="the-port-of-uvicorn"),
        pytest.param("postgresql+psycopg2://ada:***@db/x", id="hidden-password"),
        pytest.param("https://example.org/a:b", id="address"),
        pytest.param("fastauth/main.py, line 12", id="path-in-the-chapter"),
    ],
)
def test_lint_leaves_alone_what_is_true_everywhere(tmp_path: Path, shown: str) -> None:
    """Not everything with a slash or a colon is a path or a port."""
    assert lint(stored(tmp_path, code("x", result(shown)))) == []


def test_lint_finds_cells_that_were_run_out_of_order(tmp_path: Path) -> None:
    """Counts go 1, 2, 3 from the top, as after Run All in a new kernel."""
    path = stored(tmp_path, code("a"), code("b"))
    path.write_text(path.read_text(encoding="utf-8").replace('"execution_count": 2', '"execution_count": 5'), "utf-8")

    assert lint(path) == [f"01_hello.ipynb, code cell 2 (`b`): it was run as number 5, not 2: {RUN}"]


@pytest.mark.parametrize("ids", [("f00dcafe", "f00dcafe"), ("f00dcafe", ""), ("f00dcafe", None)])
def test_lint_finds_cells_without_an_id_of_their_own(tmp_path: Path, ids: tuple[str, str | None]) -> None:
    """What a reader wrote is found again by the cell's id, so two cells never share one."""
    path = stored(tmp_path, code("a"), code("b"))
    content = json.loads(path.read_text(encoding="utf-8"))
    for cell, given in zip(content["cells"], ids, strict=True):
        cell["id"] = given
    path.write_text(json.dumps(content), encoding="utf-8")

    assert lint(path) == [f"01_hello.ipynb: cell 2 (`b`) has no id of its own: {RUN}"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(None, "is missing.", id="missing"),
        pytest.param("", "is not a notebook.", id="empty"),
        pytest.param("<<<<<<< HEAD\n{}", "is not a notebook.", id="merge-conflict"),
        pytest.param("{}", "is not a notebook.", id="no-cells"),
    ],
)
def test_lint_finds_a_file_that_is_no_notebook(tmp_path: Path, content: str | None, said: str) -> None:
    """A file that is not there or does not parse is a finding, not a crash."""
    path = tmp_path / "01_hello.ipynb"
    if content is not None:
        path.write_text(content, encoding="utf-8")

    (finding,) = lint(path, CHAPTER)

    assert said in finding


def whole(head: str, exercise: str = "## The exercise") -> list[dict[str, Any]]:
    setup, slide = {"slide_type": "fragment"}, {"slide_type": "slide"}
    return [
        markdown(head, notes="Say hello."),
        code("1", result("1"), slideshow=setup),
        markdown(exercise, notes="Give them the minutes.", slideshow=slide),
    ]


def test_lint_is_content_with_a_whole_notebook(tmp_path: Path) -> None:
    """Title, minutes and objectives of chapter.toml, an exercise, cells that were run."""
    assert lint(stored(tmp_path, *whole(header(CHAPTER))), CHAPTER) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(lambda head: head.replace("# Say hello", "# Hello"), "lacks the line `# Say hello`", id="title"),
        pytest.param(lambda head: head.replace("10 minutes to", "9 minutes to"), "lacks the line `*5", id="minutes"),
        pytest.param(
            lambda head: head.replace("- Read a red test", ""), "lacks the line `- Read a red test`", id="objective"
        ),
    ],
)
def test_lint_holds_the_first_cell_to_the_course(tmp_path: Path, change: Callable[[str], str], said: str) -> None:
    """What the notebook says of itself follows from chapter.toml."""
    (finding,) = lint(stored(tmp_path, *whole(change(header(CHAPTER)))), CHAPTER)

    assert said in finding


def test_lint_wants_a_section_on_the_exercise(tmp_path: Path) -> None:
    """A walk ends in something to do."""
    (finding,) = lint(stored(tmp_path, *whole(header(CHAPTER), "## The end")), CHAPTER)

    assert finding == "01_hello.ipynb: it has no section on the exercise: write a heading `## The exercise`."


def test_lint_follows_hints_to_their_sections(tmp_path: Path) -> None:
    """A hint that points at a section of the notebook points at a heading that is there."""
    hint = 'See "The change" in the notebook.'
    chapter = replace(CHAPTER, exercise=replace(CHAPTER.exercise, hints=(hint,)))

    (finding,) = lint(stored(tmp_path, *whole(header(CHAPTER))), chapter)

    assert finding == "01_hello.ipynb: a hint sends the learner to “The change”, and no heading says that."


def test_lint_is_content_after_jupyterlab_has_saved(tmp_path: Path) -> None:
    """What JupyterLab writes into the metadata of a notebook that was only opened and saved is no finding."""
    path = stored(tmp_path, *whole(header(CHAPTER)))
    saved = json.loads(path.read_text(encoding="utf-8"))
    saved["metadata"] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "version": "3.13.0", "codemirror_mode": {"name": "ipython"}},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}},
    }
    for cell in saved["cells"]:
        cell["metadata"] |= {"trusted": True, "collapsed": False}
    path.write_text(json.dumps(saved, indent=1), encoding="utf-8")

    assert lint(path, CHAPTER) == []
