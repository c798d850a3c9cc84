"""The same sources and the same behaviour give the same bytes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from toy_notebooks import code, markdown, notebook, printed, raised, result

from workbook.course import root
from workbook.notebooks import canonical
from workbook.notebooks.canonical import text

ESC = "\x1b[31m"


def first(*cells: dict[str, Any]) -> dict[str, Any]:
    cell: dict[str, Any] = canonical(notebook(*cells))["cells"][0]
    return cell


def test_canonical_form_is_its_own_canonical_form() -> None:
    """Written, read and normalised again, a notebook is the same bytes."""
    cells = [markdown("# Title"), code("print(1)\n2", printed("1\n"), result("2", text_html="<b>2</b>"))]
    once = text(canonical(notebook(*cells)))

    assert text(canonical(json.loads(once))) == once


def test_a_cell_keeps_its_id_wherever_it_moves() -> None:
    """An id says nothing of number, name or place, so nothing that moves makes it untrue."""
    cells = canonical(notebook(markdown("a"), code("b")))["cells"]

    assert canonical(notebook(*reversed(cells)))["cells"] == list(reversed(canonical(notebook(*cells))["cells"]))
    assert all(re.fullmatch(r"[0-9a-f]{8}", cell["id"]) for cell in cells)


def test_a_copied_cell_gets_an_id_of_its_own() -> None:
    """Copying a cell copies its id; the first one keeps it."""
    one, other = canonical(notebook(markdown("a") | {"id": "f00dcafe"}, markdown("b") | {"id": "f00dcafe"}))["cells"]

    assert one["id"] == "f00dcafe" != other["id"]


def test_counts_follow_the_order_of_the_cells() -> None:
    """Cells that were run are counted from 1, with the results that bear the same number."""
    cells = canonical(notebook(code("a", count=7), code("b", result("2"), count=9)))["cells"]

    assert [cell["execution_count"] for cell in cells] == [1, 2]
    assert cells[1]["outputs"][0]["execution_count"] == 2


def test_a_cell_that_was_never_run_stays_so() -> None:
    """Normalising does not invent a run."""
    assert first(code("a", count=None))["execution_count"] is None


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param({"tags": ["raises-exception"]}, id="tags"),
        pytest.param({"slideshow": {"slide_type": "slide"}}, id="slideshow"),
        pytest.param({"notes": "Ask first."}, id="notes"),
        pytest.param({"reason": "Measured."}, id="reason"),
        pytest.param({"jupyter": {"source_hidden": True}}, id="hidden-source"),
    ],
)
def test_metadata_of_the_lesson_is_kept(metadata: dict[str, Any]) -> None:
    """What the course means by a cell's metadata survives."""
    assert first(code("a", **metadata))["metadata"] == metadata


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param({"trusted": True}, id="trusted"),
        pytest.param({"collapsed": False}, id="collapsed"),
        pytest.param({"execution": {"iopub.execute_input": "2026-01-01"}}, id="timing"),
        pytest.param({"jupyter": {"outputs_hidden": False}}, id="hidden-outputs"),
        pytest.param({"tags": []}, id="no-tags"),
    ],
)
def test_metadata_of_the_editor_is_dropped(metadata: dict[str, Any]) -> None:
    """What an editor leaves in a cell is not part of the notebook."""
    assert first(code("a", **metadata))["metadata"] == {}


def test_neighbouring_pieces_of_a_stream_are_joined() -> None:
    """How often the kernel sent what was printed makes no difference."""
    cell = first(code("a", printed("one\n"), printed("two\n"), printed("err\n", "stderr")))

    assert [output["text"] for output in cell["outputs"]] == ["one\ntwo\n", "err\n"]


def test_a_traceback_names_no_machine_and_no_library() -> None:
    """Colours and frames of packages are taken out; a path of ours starts at the checkout."""
    ours = f"File {root()}/chapters/01_hello/shelf/main.py:3, in hello()\n{ESC}      3 raise"
    theirs = "File /usr/lib/python3/site-packages/fastapi/routing.py:300, in app()\n    300 x"
    cell = first(code("a", raised("ValueError", "no", f"{ESC}ValueError", theirs, ours)))

    assert cell["outputs"][0]["traceback"] == [
        "ValueError",
        "File chapters/01_hello/shelf/main.py:3, in hello()\n      3 raise",
    ]


def test_the_size_of_a_picture_is_kept() -> None:
    """A picture with twice the pixels says how wide it is shown."""
    picture = result("alt", image_png="aWJn\n") | {"metadata": {"image/png": {"width": 900}, "isolated": True}}
    cell = first(code("a", picture))

    assert cell["outputs"][0]["metadata"] == {"image/png": {"width": 900}}
    assert cell["outputs"][0]["data"]["image/png"] == "aWJn"
