"""The code of every chapter is as ruff and mypy want it, and its app answers on a real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from threading import Timer

import httpx2
import mypy_runner
import pytest
from ruff_runner import ruff

from workbook import course
from workbook.chapters.workspace import workspace
from workbook.course import Chapter
from workbook.postgres.chapter_databases import database
from workbook.runner.process import environment
from workbook.serving.local_docs import APP

# mypy is one process for all chapters that are asked for: each stage alone would wait for it anew.
pytestmark = pytest.mark.xdist_group("code")

CHAPTERS = course.load().chapters
PATIENCE = 60.0  # seconds, on a busy machine
SERVING = re.compile(r"Uvicorn running on (http://\S+)")

STARTS_BADLY = """
from contextlib import asynccontextmanager
from fastapi import FastAPI

@asynccontextmanager
async def lifespan(_):
    raise RuntimeError("no table for today")
    yield

app = FastAPI(lifespan=lifespan)
"""
ANSWERS_BADLY = """
from fastapi import FastAPI

app = FastAPI()

def openapi():
    raise RuntimeError("no description for today")

app.openapi = openapi
"""

each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)


@pytest.fixture(scope="module")
def errors(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[tuple[str, str], list[str]]:
    """What mypy says of the chapters that this run is about."""
    asked = {item.callspec.params["chapter"].slug for item in request.session.items if "errors" in item.fixturenames}
    return mypy_runner.errors(
        [one for one in CHAPTERS if one.slug in asked], tmp_path_factory.mktemp("types"), "stages"
    )


@each_chapter
@pytest.mark.parametrize("kind", ["stage", "solved"])
def test_code_says_its_types(kind: str, chapter: Chapter, errors: Mapping[tuple[str, str], list[str]]) -> None:
    """App and suite are strictly typed, and with the solution laid over them the exercise is too."""
    none("\n".join(errors.get((kind, chapter.slug), [])))


@each_chapter
@pytest.mark.parametrize(
    "arguments", [("check", "--output-format", "concise"), ("format", "--check")], ids=["rules", "format"]
)
def test_code_is_in_style(arguments: tuple[str, ...], chapter: Chapter) -> None:
    """ruff finds nothing in the chapter, its solution and the cells of its notebook."""
    there = [str(place) for place in (chapter.folder, chapter.solution, chapter.notebook) if place.exists()]
    code, said = ruff(*arguments, *there)

    none(said if code else "")


@each_chapter
def test_code_is_served(chapter: Chapter) -> None:
    """On a real server the app starts, answers over HTTP with its description and its documentation, and stops."""
    with database(chapter, "served") as url, workspace(chapter) as folder:
        answers, said = served(folder, chapter, url, "/openapi.json", "/docs")

    none("" if [one.status_code for one in answers] == [200, 200] and "Traceback" not in said else said)
    assert answers[0].json()["paths"]
    assert "/_docs/" in answers[1].text


@pytest.mark.parametrize(
    ("main", "why"),
    [
        pytest.param("import nothing_there\n", "No module named 'nothing_there'", id="import"),
        pytest.param(STARTS_BADLY, "no table for today", id="start"),
        pytest.param(ANSWERS_BADLY, "no description for today", id="answer"),
    ],
)
def test_code_that_cannot_be_served_is_found(main: str, why: str) -> None:
    """An app that cannot be imported, started or asked has no good answer, and its server's words say why."""
    chapter = CHAPTERS[0]
    with workspace(chapter, files={f"{chapter.package}/main.py": main}) as folder:
        answers, said = served(folder, chapter, "", "/openapi.json")

    assert [one.status_code for one in answers if one.status_code < 500] == []
    assert why in said


def served(folder: Path, chapter: Chapter, url: str, *paths: str) -> tuple[list[httpx2.Response], str]:
    """What the app in the folder answers, and what its server wrote: as `workbook serve` runs it, on any free port."""
    app = {APP: f"{chapter.package}.main:app", "DATABASE_URL": url, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "uvicorn", "--factory", "workbook.serving.local_docs:application", "--port", "0"]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment(os.environ) | dict(chapter.environment) | app,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        enough = Timer(PATIENCE, process.kill)
        enough.start()
        try:
            said = list(until_served(process.stdout or ()))
            address = SERVING.search(said[-1]) if said else None
            answers = [httpx2.get(address[1] + path) for path in paths] if address else []
            process.terminate()
            return answers, "".join([*said, *(process.stdout or ())])
        finally:
            process.kill()
            enough.cancel()


def until_served(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if SERVING.search(line):
            return


def none(said: str) -> None:
    """Fail with what was said, without the lines of this file."""
    if said:
        pytest.fail(said, pytrace=False)
