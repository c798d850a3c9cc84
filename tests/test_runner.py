"""The runner is honest: each folder in `corpus/` is a mistake, with the result and the sentence that it must get."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from toys import TOY

from workbook import course
from workbook.runner import Run, Runner
from workbook.workspace import workspace

CORPUS = Path(__file__).parent / "corpus"
TOYS = course.load(TOY)
NOWHERE = "postgresql+psycopg2://workbook:secret@127.0.0.1:9/nothing"


def cases() -> list[str]:
    """Every case that can happen on this system."""
    systems = {"linux": sys.platform == "linux", "posix": sys.platform != "win32"}
    return [
        file.parent.name
        for file in sorted(CORPUS.glob("*/case.toml"))
        if systems.get(declared(file).get("only", ""), True)
    ]


def declared(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


@contextmanager
def database_url(kind: str) -> Iterator[str]:
    if kind == "postgresql":
        from workbook import databases  # late: most cases need none

        with databases.fresh("corpus") as url:
            yield url
    else:
        yield NOWHERE


def run_case(name: str, runner: Runner) -> tuple[Run, dict[str, Any]]:
    """Run the toy chapter with the files of the case laid over it."""
    case = declared(CORPUS / name / "case.toml")
    chapter = TOYS.find(case.get("chapter", "01_hello"))
    with workspace(chapter, CORPUS / name) as folder, database_url(case.get("database", "")) as url:
        targets, options = case.get("targets", ["tests"]), case.get("options", [])
        run = runner.run(folder, targets, database_url=url, timeout=case.get("timeout", 20), options=options)
    return run, case


@pytest.mark.parametrize("name", cases())
def test_runner_judges_case(name: str, runner: Runner) -> None:
    """A mistake gets the status, the reason and the sentence that its case declares."""
    run, case = run_case(name, runner)

    told = {"status": run.status, "reason": run.reason, "says": run.detail}
    assert told == {"status": case["status"], "reason": case.get("reason"), "says": case.get("says", "")}
    if "failed" in case:
        facts = [{key: asdict(one)[key] for key in case["failed"]} for one in run.failed]
        assert facts == [case["failed"]]
