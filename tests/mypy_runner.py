"""Runs mypy once over many stages: each package under a name of its own, because mypy knows a module once."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from workbook.chapters.workspace import workspace
from workbook.course import Chapter

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"(?P<kind>stage|solved)_(?P<slug>\w+?)__(?P<rest>\w+\W)")


def errors(chapters: Iterable[Chapter], folder: Path, cache: str) -> Mapping[tuple[str, str], list[str]]:
    """What mypy says of each chapter's stage and of its solution, by kind and slug; `folder` is empty, for copies."""
    for chapter in chapters:
        with workspace(chapter) as stage:
            lay_out(stage, (chapter.package, "tests"), f"stage_{chapter.slug}__", folder)
        with workspace(chapter, chapter.solution) as solved:
            lay_out(solved, (chapter.package, "tests", "exercise"), f"solved_{chapter.slug}__", folder)
    told: dict[tuple[str, str], list[str]] = {}
    for line in mypy(folder, ".", cache):
        found = NAMED.match(line)
        assert found, line
        told.setdefault((found["kind"], found["slug"]), []).append(NAMED.sub(r"\g<rest>", line))
    return told


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


def mypy(folder: Path, what: str, cache: str, *more: str) -> list[str]:
    """The errors in `what`, seen from `folder`. Two processes must not use one `cache` at the same time."""
    options = ["--explicit-package-bases", "--hide-error-context", "--no-pretty", "--no-error-summary"]
    config = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".mypy_cache" / cache)]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *config, *options, *more, what],
        cwd=folder,
        env=os.environ | {"MYPYPATH": os.pathsep.join((str(folder), str(ROOT)))},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if ": error: " in line]
