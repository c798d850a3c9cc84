"""Notebooks are executed, stored in canonical form, and compared with what is stored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from toy_notebooks import code, notebook, printed, result, stored

from workbook import notebooks
from workbook.notebooks import canonical, store
from workbook.system.errors import UserError

pytestmark = pytest.mark.xdist_group("execution")

IGNORED: dict[str, Any] = {"tags": ["nbval-ignore-output"], "reason": "The clock differs."}


def gives(monkeypatch: pytest.MonkeyPatch, *cells: dict[str, Any]) -> None:
    """Let an execution come to these cells, without a kernel."""
    monkeypatch.setattr(store, "execute", lambda path: canonical(notebook(*cells)))


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A notebook that a real kernel has run."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "beside.txt").write_text("found", encoding="utf-8")
    cells = [
        code("import workbook\nprint('one')\nprint('two')", count=None),
        code("from pathlib import Path\nPath('beside.txt').read_text()", count=None),
        code("1 / 0", count=None, tags=["raises-exception"]),
    ]
    return notebooks.execute(stored(folder, *cells))


def test_execution_keeps_what_was_printed(executed: dict[str, Any]) -> None:
    """The kernel can import the workbook, and a stream comes in one piece."""
    assert executed["cells"][0]["outputs"] == [printed("one\ntwo\n")]


def test_execution_happens_in_the_notebook_s_folder(executed: dict[str, Any]) -> None:
    """As in JupyterLab, a notebook finds what lies beside it."""
    assert executed["cells"][1]["outputs"][0]["data"] == {"text/plain": "'found'"}


def test_execution_goes_on_after_an_exception_that_is_meant(executed: dict[str, Any]) -> None:
    """A tagged cell may raise, and its traceback is kept without colours."""
    (output,) = executed["cells"][2]["outputs"]

    assert output["ename"] == "ZeroDivisionError"
    assert "\x1b" not in "".join(output["traceback"])


def test_execution_names_the_cell_that_failed(tmp_path: Path) -> None:
    """An exception that is not meant is a sentence with the cell, and nothing is written."""
    path = stored(tmp_path, code("x = 1"), code("# a comment\n1 / 0"))
    before = path.read_bytes()

    with pytest.raises(UserError) as error:
        list(notebooks.refresh([path]))

    assert error.value.what == (
        "01_hello.ipynb, code cell 2 (`# a comment`): the cell raised ZeroDivisionError: division by zero."
    )
    assert path.read_bytes() == before


def test_store_writes_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new output replaces the stored one, and the file is named."""
    path = stored(tmp_path, code("x", result("1")))
    gives(monkeypatch, code("x", result("2")))

    assert list(notebooks.refresh([path])) == [(path, True)]
    assert notebooks.check([path]) == []


def test_store_leaves_alone_what_differs_by_ignored_outputs_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Measuring again is no change."""
    path = stored(tmp_path, code("x", result("1")), code("t()", result("0.1"), **IGNORED))
    before = path.read_bytes()
    gives(monkeypatch, code("x", result("1")), code("t()", result("0.2"), **IGNORED))

    assert list(notebooks.refresh([path])) == [(path, False)]
    assert path.read_bytes() == before


def test_store_measures_anew_what_was_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An ignored cell without an output gets one."""
    path = stored(tmp_path, code("t()", **IGNORED))
    gives(monkeypatch, code("t()", result("0.2"), **IGNORED))

    assert list(notebooks.refresh([path])) == [(path, True)]
    assert "0.2" in path.read_text(encoding="utf-8")


def test_store_normalises_what_an_editor_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same cells with an editor's metadata are written again in canonical form."""
    path = stored(tmp_path, code("x", result("1")))
    canonical_bytes = path.read_bytes()
    path.write_bytes(canonical_bytes.replace(b'"metadata": {}', b'"metadata": {"trusted": true}', 1))
    gives(monkeypatch, *json.loads(canonical_bytes)["cells"])

    assert list(notebooks.refresh([path])) == [(path, True)]
    assert path.read_bytes() == canonical_bytes


def test_check_finds_a_changed_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is stored and no longer happens is a finding; the file stays as it is."""
    path = stored(tmp_path, code("x", result("1")))
    before = path.read_bytes()
    gives(monkeypatch, code("x", result("2")))

    (finding,) = notebooks.check([path])

    assert "stored: 1" in finding
    assert path.read_bytes() == before


def test_check_finds_what_lint_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stored notebook that was never run is found even where its new outputs are the same."""
    path = stored(tmp_path, code("x = 1", count=None))
    gives(monkeypatch, code("x = 1"))

    (finding,) = notebooks.check([path])

    assert "it was never run" in finding
