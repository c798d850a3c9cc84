"""Imports flow one way, down the house; chapters and the workbook do not know each other."""

import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import importing
import pytest
from importing import Import
from importlinter.cli import lint_imports

from workbook import course

ROOT = Path(__file__).parents[1]
COURSE = course.load(ROOT)
WORKBOOK = importing.read(ROOT / "workbook")
PACKAGES = {chapter.package for chapter in COURSE.chapters}

# What makes a start slow; a command that needs one of these imports it when it is called.
HEAVY = {"sqlalchemy", "psycopg2", "fastapi", "uvicorn", "nbformat", "nbclient", "matplotlib", "IPython", "pytest"}


def top(name: str) -> str:
    return name.split(".")[0]


def outer(names: Iterator[str] | set[str]) -> set[str]:
    """The top-level packages among the names that are neither the workbook's nor the standard library's."""
    return {top(name) for name in names} - {"workbook"} - sys.stdlib_module_names


def test_imports_keep_the_contracts(capsys: pytest.CaptureFixture[str]) -> None:
    """pyproject.toml says which room may know which; import-linter finds every import that may not be."""
    broken = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)

    assert not broken, capsys.readouterr().out


def test_imports_before_the_environment_are_standard_library() -> None:
    """On a bare clone the first step imports nothing that has to be installed."""
    assert outer(importing.eager(WORKBOOK, "workbook.__main__")) == set()


def test_imports_of_the_command_stay_light() -> None:
    """`workbook` without arguments waits for no heavy package."""
    assert outer(importing.eager(WORKBOOK, "workbook.cli")) & HEAVY == set()


def test_imports_inside_the_standby_are_not_ours() -> None:
    """What runs beside a learner's code stands alone."""
    inside = {module: imports for module, imports in WORKBOOK.items() if module.startswith("workbook.runner.inside")}

    assert inside
    assert {top(one.name) for imports in inside.values() for one in imports} & {"workbook", *PACKAGES} == set()


@pytest.mark.parametrize("folder", ["workbook", "tests"])
def test_imports_of_a_chapter_are_nowhere(folder: str) -> None:
    """Chapters are files to the workbook, driven from outside."""
    toy = ROOT / "tests" / "toy"
    files = [file for file in (ROOT / folder).rglob("*.py") if toy not in file.parents and "corpus" not in file.parts]
    found = {file.name: {top(one.name) for one in importing.imports_of(_text(file))} & PACKAGES for file in files}

    assert {name for name, packages in found.items() if packages} == set()


@pytest.mark.parametrize("chapter", COURSE.chapters, ids=lambda chapter: chapter.slug)
def test_imports_of_a_chapter_are_third_party_and_its_own(chapter: course.Chapter) -> None:
    """A chapter and its solution could be lifted out of the course and would run."""
    files = [*chapter.folder.rglob("*.py"), *chapter.solution.rglob("*.py")]
    names = {one.name for file in files for one in importing.imports_of(_text(file))}

    assert {top(name) for name in names} & ({"workbook", *PACKAGES} - {chapter.package}) == set()


@pytest.mark.parametrize("chapter", COURSE.chapters, ids=lambda chapter: chapter.slug)
def test_imports_of_a_notebook_are_its_own(chapter: course.Chapter) -> None:
    """Of the workbook a notebook knows the helpers, of the chapters its own package."""
    cells = json.loads(_text(chapter.notebook))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    names = {one.name for source in code for one in importing.imports_of(_plain(source))}
    ours = {name for name in names if top(name) in {"workbook", *PACKAGES} - {chapter.package}}

    assert {name for name in ours if not f"{name}.".startswith(("workbook.nb.", "workbook.pictures."))} == set()


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _plain(source: str) -> str:
    """The cell without the lines that only IPython understands."""
    return "\n".join(line for line in source.split("\n") if not line.lstrip().startswith(("%", "!")))


# The reader of imports itself: what it must not overlook.


def test_reader_tells_lazy_from_eager() -> None:
    """An import in a function is lazy, one under `try` is not, one for type checkers does not count."""
    source = (
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import a\nelse:\n    import b\n"
        "try:\n    import c\nexcept ImportError:\n    pass\n"
        "def f():\n    import d\n"
        "class C:\n    import e\n    async def g(self):\n        from f import h\n"
    )

    assert set(importing.imports_of(source)) == {
        Import("typing.TYPE_CHECKING"),
        Import("b"),
        Import("c"),
        Import("d", lazy=True),
        Import("e"),
        Import("f.h", lazy=True),
    }


@pytest.mark.parametrize(
    ("source", "package", "name"),
    [
        ("from . import d", False, "a.b.d"),
        ("from .d import e", False, "a.b.d.e"),
        ("from ..d import e", False, "a.d.e"),
        ("from .d import e", True, "a.b.c.d.e"),
    ],
    ids=["sibling", "in-sibling", "in-uncle", "from-package"],
)
def test_reader_resolves_relative_imports(source: str, package: bool, name: str) -> None:
    """A leading dot means the package that the file is in."""
    assert list(importing.imports_of(source, "a.b.c", package=package)) == [Import(name)]


def fill(folder: Path, texts: dict[str, str]) -> importing.Imports:
    for path, text in texts.items():
        (folder / "app" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "app" / path).write_text(text, encoding="utf-8")
    return importing.read(folder / "app")


def test_reader_finds_what_a_module_imports_at_once(tmp_path: Path) -> None:
    """Through other modules and through the package on the way, but not through a function."""
    imports = fill(
        tmp_path,
        {
            "__init__.py": "",
            "one.py": "from app.sub import two\ndef f():\n    import late",
            "sub/__init__.py": "import hidden",
            "sub/two.py": "from app.sub.three import NAME",
            "sub/three.py": "import deep\nNAME = 1",
        },
    )

    assert importing.eager(imports, "app.one") == {
        "app", "app.one", "app.sub", "app.sub.two", "app.sub.three", "hidden", "deep",
    }  # fmt: skip


def named() -> set[str]:
    """The distributions in requirements.in, spelled as in an index."""
    lines = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    return {spelled(re.split(r"[\[=<>; #]", line)[0]) for line in lines if line and not line.startswith("#")}


def spelled(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


@pytest.mark.parametrize("folder", ["workbook", "tests", "docs", "benchmarks", "chapters", "solutions"])
def test_requirements_name_all_that_is_imported(folder: str) -> None:
    """What another package happens to bring along may be gone with its next version."""
    installed = packages_distributions()
    found = {
        top(one.name)
        for file in sorted((ROOT / folder).rglob("*.py"))
        if "corpus" not in file.parts
        for one in importing.imports_of(file.read_text(encoding="utf-8"))
    }
    brought = {name for name in found & installed.keys() if not {spelled(one) for one in installed[name]} & named()}
    assert brought - {"workbook"} == set()
