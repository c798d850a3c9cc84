"""The workbook passes mypy in strict mode, and what would not pass is found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from mypy_runner import ROOT, errors, mypy
from toys import Toy

pytestmark = pytest.mark.xdist_group("typing")  # one mypy at a time: it keeps what it found out

UNTYPED = "def untyped(it):\n    return it\n\n\nnumber: int = 'one'\n"


# What the packages look like is asked on this system; elsewhere only whether each name of Python's own is there.
WITHOUT_PACKAGES = ["--follow-imports", "skip", "--allow-subclassing-any", "--no-warn-unused-ignores"]
WITHOUT_PACKAGES += ["--no-warn-return-any", "--allow-untyped-decorators"]


def test_typing_of_the_workbook_is_strict() -> None:
    """The workbook holds itself to what it teaches."""
    found = mypy(ROOT, "workbook", "workbook")

    assert not found, "\n".join(found)


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_typing_knows_what_the_other_systems_lack(system: str) -> None:
    """Nothing is called there that Python doesn't have on that system."""
    found = mypy(ROOT, "workbook", f"workbook-{system}", "--platform", system, *WITHOUT_PACKAGES)

    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("folder", "kinds"), [("chapters", {"stage", "solved"}), ("solutions", {"solved"})], ids=["stage", "solution"]
)
def test_typing_finds_what_is_wrong(folder: str, kinds: set[str], toy: Toy, tmp_path: Path) -> None:
    """A function without types and a value of another type are found, each with its line, in the right chapter."""
    toy.write(f"{folder}/01_hello/shelf/careless.py", UNTYPED)
    copies = tmp_path / "copies"
    copies.mkdir()

    told = errors(toy.course.chapters, copies, "workbook")

    assert told.keys() == {(kind, "01_hello") for kind in kinds}
    assert [[line.partition("  [")[0] for line in lines] for lines in told.values()] == [
        [
            f"shelf{os.sep}careless.py:1: error: Function is missing a type annotation",
            f'shelf{os.sep}careless.py:5: error: Incompatible types in assignment (expression has type "str", '
            'variable has type "int")',
        ]
    ] * len(kinds)
