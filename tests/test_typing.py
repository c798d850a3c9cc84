"""Every stage, every solution and the workbook pass mypy in strict mode."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from workbook import course
from workbook.chapters.workspace import workspace
from workbook.course import Chapter

ROOT = Path(__file__).parents[1]
CHAPTERS = course.load(ROOT).chapters

# mypy is one process for all of it: it knows a module once, and every stage calls its packages the same.
pytestmark = pytest.mark.xdist_group("typing")

LINE = re.compile(r"(?P<stage>stage|solved|wrong)_(?P<slug>\w+?)__(?P<rest>\w+\W)")
UNTYPED = "def untyped(it):\n    return it\n\n\nnumber: int = 'one'\n"


@pytest.fixture(scope="module")
def errors(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    """What mypy says, by what it is about: `workbook`, or the kind of a stage with its slug."""
    folder = tmp_path_factory.mktemp("typing")
    for chapter in CHAPTERS:
        with workspace(chapter) as stage:
            lay_out(stage, (chapter.part.slug, "tests"), f"stage_{chapter.slug}__", folder)
        with workspace(chapter, chapter.solution) as solved:
            lay_out(solved, (chapter.part.slug, "tests", "exercise"), f"solved_{chapter.slug}__", folder)
    wrong = folder / "wrong_stage__package"
    wrong.mkdir()
    (wrong / "main.py").write_text(UNTYPED, encoding="utf-8", newline="\n")
    return sorted_out(mypy(folder))


def lay_out(stage: Path, packages: tuple[str, ...], prefix: str, to: Path) -> None:
    """Copy the packages of a stage under names of its own, the imports in them as well."""
    there = [name for name in packages if (stage / name).is_dir()]
    imported = re.compile(rf"\b({'|'.join(there)})\b")
    for name in there:
        for file in sorted((stage / name).rglob("*.py")):
            target = to / f"{prefix}{name}" / file.relative_to(stage / name)
            target.parent.mkdir(parents=True, exist_ok=True)
            lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
            for number in import_lines("".join(lines)):
                lines[number - 1] = imported.sub(rf"{prefix}\1", lines[number - 1])
            target.write_text("".join(lines), encoding="utf-8", newline="\n")


def import_lines(text: str) -> set[int]:
    """The numbers of the lines that an import statement covers."""
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    return {number for node in nodes for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)}


def mypy(folder: Path) -> list[str]:
    """One run over the stages in `folder` and over the workbook, with the cache of the checkout."""
    options = ["--explicit-package-bases", "--hide-error-context", "--no-pretty", "--no-error-summary"]
    config = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".mypy_cache")]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *config, *options, ".", str(ROOT / "workbook")],
        cwd=folder,
        env=os.environ | {"MYPYPATH": f"{folder}{os.pathsep}{ROOT}"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if ": error: " in line]


def sorted_out(lines: list[str]) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for line in lines:
        found = LINE.match(line)
        subject = f"{found['stage']} {found['slug']}" if found else "workbook"
        told.setdefault(subject, []).append(LINE.sub(r"\g<rest>", line))
    return told


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_typing_of_a_stage_is_strict(chapter: Chapter, errors: Mapping[str, list[str]]) -> None:
    """The app and its suite say of every name what it is."""
    assert not errors.get(f"stage {chapter.slug}"), "\n".join(errors[f"stage {chapter.slug}"])


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_typing_of_a_solution_is_strict(chapter: Chapter, errors: Mapping[str, list[str]]) -> None:
    """With the solution laid over it, so does the stage, and its exercise too."""
    assert not errors.get(f"solved {chapter.slug}"), "\n".join(errors[f"solved {chapter.slug}"])


def test_typing_of_the_workbook_is_strict(errors: Mapping[str, list[str]]) -> None:
    """The workbook holds itself to what it teaches."""
    assert not errors.get("workbook"), "\n".join(errors["workbook"])


def test_typing_finds_what_is_wrong(errors: Mapping[str, list[str]]) -> None:
    """A function without types and a value of another type are found, each with its line."""
    assert [line.partition("  [")[0] for line in errors["wrong stage"]] == [
        f"package{os.sep}main.py:1: error: Function is missing a type annotation",
        f'package{os.sep}main.py:5: error: Incompatible types in assignment (expression has type "str", variable has '
        'type "int")',
    ]
