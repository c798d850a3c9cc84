"""A notebook that does not do what it shows is found, and a person reads which cell and what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nbval_runner import findings
from toy_notebooks import code, printed, raised, result, stored

pytestmark = pytest.mark.xdist_group("strict")

MEANT: dict[str, Any] = {"tags": ["raises-exception"]}
IGNORED: dict[str, Any] = {"tags": ["nbval-ignore-output"], "reason": "The clock differs."}


@pytest.fixture(scope="module")
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is found in a notebook of which every odd cell is as it should be, and every even one is not."""
    path = stored(
        tmp_path_factory.mktemp("notebooks"),
        code("print('one')\nprint('two')", printed("one\n"), printed("two\n")),
        code("print(404)", printed("200\n")),
        code("1 / 0", raised("ZeroDivisionError", "division by zero", "another traceback"), **MEANT),
        code("1 / 1", raised("ZeroDivisionError", "division by zero"), **MEANT),
        code("import time; time.time()", result("0.0"), **IGNORED),
        code("int('x')", result("1")),
        code("{'a': 1}", result("{'a': 1}")),
        code("import os; os._exit(0)"),
        code("1", result("1")),
    )
    return findings(path, request.session)


def test_strict_finds_no_more_than_is_wrong(found: list[str]) -> None:
    """A stream in pieces, an exception that is meant, and an ignored output are as they should be."""
    assert [one.split(" (")[0] for one in found] == [f"01_hello.ipynb, code cell {place}" for place in (2, 4, 6, 8)]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        pytest.param(
            0,
            "01_hello.ipynb, code cell 2 (`print(404)`): the output is not what is stored.\n"
            "  what was printed on stdout, line 1\n"
            "    stored: 200\n"
            "    now:    404",
            id="wrong-output",
        ),
        pytest.param(
            1,
            "01_hello.ipynb, code cell 4 (`1 / 1`): the output is not what is stored.\n"
            "  the exception is stored, and is gone now:\n"
            "    stored: ZeroDivisionError: division by zero\n"
            "  text/plain of output 1 is new, and is not stored:\n"
            "    now: 1.0",
            id="exception-that-stopped",
        ),
        pytest.param(
            2,
            "01_hello.ipynb, code cell 6 (`int('x')`): the cell raised ValueError: "
            "invalid literal for int() with base 10: 'x'",
            id="exception-that-is-new",
        ),
        pytest.param(
            3,
            "01_hello.ipynb, code cell 8 (`import os; os._exit(0)`): the cell ended the kernel.",
            id="dead-kernel",
        ),
    ],
)
def test_strict_says_what_is_wrong(found: list[str], place: int, said: str) -> None:
    """A person reads which cell it is, and stored against new."""
    assert found[place] == said


def test_strict_ends_an_endless_cell(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """A cell that does not end is a finding, and the cells after it are not waited for."""
    path = stored(tmp_path, code("while True: pass"), code("1", result("2")))

    assert findings(path, request.session, timeout=0.5) == [
        "01_hello.ipynb, code cell 1 (`while True: pass`): the cell did not end within 0.5 seconds."
    ]


def test_strict_finds_a_missing_notebook(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """A chapter whose notebook is not there does not pass."""
    assert findings(tmp_path / "01_hello.ipynb", request.session) == ["01_hello.ipynb is missing."]
