"""Every stage's app keeps to its own OpenAPI description, whatever it is asked."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from workbook import course
from workbook.course import Allowed, Chapter
from workbook.postgres.chapter_databases import database
from workbook.runner.process import environment

CHAPTERS = course.load().chapters
WORKER = Path(__file__).parents[1] / "schemathesis_worker.py"

# Starting to ask takes longer than asking: one process for all.
pytestmark = pytest.mark.xdist_group("requests")

Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Asks the app in a folder, of a package, on a database; the process lives as long as the module's tests."""
    log = tmp_path_factory.mktemp("asker") / "log"
    settings = {name: value for chapter in CHAPTERS for name, value in chapter.environment.items()}
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            [sys.executable, "-B", str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
            cwd=log.parent,
            env=environment(os.environ) | {"PYTHONIOENCODING": "utf-8"} | settings,
        ) as process,
    ):

        def ask(folder: Path, package: str, url: str, sign_up: dict[str, Any] | None = None) -> dict[str, Any]:
            assert process.stdin is not None
            assert process.stdout is not None
            job = {"folder": str(folder), "package": package, "url": url, "sign_up": sign_up}
            with contextlib.suppress(BrokenPipeError):  # it ended, and its log says why
                process.stdin.write(json.dumps(job) + "\n")
                process.stdin.flush()
            answer = process.stdout.readline()
            assert answer, log.read_text(encoding="utf-8")[-4000:]
            return dict(json.loads(answer))

        yield ask


def left(findings: list[dict[str, Any]], allow: Iterable[Allowed]) -> list[dict[str, Any]]:
    """The findings that no allowance covers."""
    covered = {(one.path, one.status) for one in allow}
    return [one for one in findings if (one["operation"].partition(" ")[2], one["status"]) not in covered]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_requests_find_the_app_as_described(chapter: Chapter, ask: Ask) -> None:
    """No server error, no status and no answer that the description does not promise."""
    sign_up = chapter.requests.sign_up
    with database(chapter, "requests") as url:
        asked = ask(chapter.folder, chapter.package, url, sign_up and asdict(sign_up))

    assert asked["operations"]
    assert left(asked["findings"], chapter.requests.allow) == []
    assert sign_up is None or 200 in asked["signed_in"]  # the token was good for something


BROKEN = """
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    name: str


@app.get("/fine")
def fine() -> Item:
    return Item(name="pencil")


@app.get("/crashes")
def crashes(limit: int = 10) -> Item:
    return Item(name="pencil"[: 1 // (limit >= 0)])


@app.get("/surprises")
def surprises() -> Item:
    raise HTTPException(418)


@app.get("/lies", response_model=Item)
def lies() -> JSONResponse:
    return JSONResponse({"title": "pencil"})


@app.post("/swallows")
def swallows(item: Item) -> Item:
    return Item(name="NUL" if item.name and 1 // (len(item.name) < 5) else "")


@app.get("/boasts")
def boasts() -> Item:
    return Item(name="pencil")


@app.get("/forgets")
def forgets() -> Item:
    return Item(name="pencil")


@app.get("/answers")
def answers(limit: int = 10) -> Item:
    return Item(name="pencil")


@app.patch("/answers", include_in_schema=False)
def answers_unsaid() -> Item:
    return Item(name="pencil")


@app.exception_handler(405)
def not_allowed(request: Request, error: HTTPException) -> JSONResponse:
    allow = {"/boasts": {"Allow": "GET, PATCH"}, "/forgets": {}}.get(request.url.path, error.headers)
    return JSONResponse({"detail": "no"}, 405, allow)
"""

TWO_METHODS = """
from fastapi import FastAPI, Response
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    name: str


@app.get("/items")
def items() -> list[Item]:
    return []


@app.post("/items", status_code=201)
def add(item: Item) -> Item:
    return item


@app.put("/items/{number}")
def change(number: int, item: Item) -> Item:
    return item


@app.delete("/items/{number}", status_code=204)
def remove(number: int) -> None:
    return None


@app.get("/heads")
def heads() -> Item:
    return Item(name="pencil")


@app.head("/heads")
def head() -> None:
    return None


@app.options("/heads")
def options(response: Response) -> None:
    response.headers["Allow"] = "GET, HEAD, OPTIONS"
"""


@pytest.fixture(scope="module")
def broken(ask: Ask, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What is found in an app that breaks every promise once."""
    return list(asked_app(ask, tmp_path_factory.mktemp("stage"), BROKEN)["findings"])


def asked_app(ask: Ask, folder: Path, main: str) -> dict[str, Any]:
    """What comes of asking an app of one file."""
    (folder / "small").mkdir()
    (folder / "small" / "main.py").write_text(main, encoding="utf-8", newline="\n")
    return ask(folder, "small", "sqlite://")


@pytest.mark.parametrize(
    ("operation", "check", "status"),
    [
        pytest.param("GET /crashes", "not_a_server_error", 500, id="server-error"),
        pytest.param("GET /surprises", "status_code_conformance", 418, id="undocumented-status"),
        pytest.param("GET /lies", "response_schema_conformance", 200, id="answer-of-another-shape"),
        pytest.param("POST /swallows", "not_a_server_error", 500, id="server-error-from-a-body"),
        pytest.param("GET /boasts", "allow_header_conformance", 405, id="method-allowed-that-is-not"),
        pytest.param("GET /forgets", "unsupported_method", 405, id="refused-without-allow"),
        pytest.param("GET /answers", "unsupported_method", 200, id="undocumented-method"),
    ],
)
def test_requests_find_a_broken_promise(operation: str, check: str, status: int, broken: list[dict[str, Any]]) -> None:
    """What an app must not do is found, with the operation that does it."""
    assert (operation, check, status) in {(one["operation"], one["check"], one["status"]) for one in broken}


def test_requests_let_a_path_have_two_methods(ask: Ask, tmp_path: Path) -> None:
    """FastAPI refuses a third method with 405 and `Allow`, and leaves HEAD and OPTIONS to the app: no app is blamed."""
    asked = asked_app(ask, tmp_path, TWO_METHODS)

    assert {"GET /items", "POST /items", "PUT /items/{number}", "HEAD /heads"} < set(asked["operations"])
    assert 405 in asked["statuses"]
    assert asked["findings"] == []


def test_requests_find_nothing_in_an_operation_that_keeps_its_promise(broken: list[dict[str, Any]]) -> None:
    """An operation is not blamed for its neighbours."""
    assert [one for one in broken if one["operation"] == "GET /fine"] == []


def test_requests_allow_what_the_chapter_declares(broken: list[dict[str, Any]]) -> None:
    """A taught failure is let through for its path and status only."""
    paths = {one["operation"] for one in left(broken, [Allowed("/crashes", 500, "Taught here.")])}

    assert paths & {"GET /crashes", "GET /surprises", "GET /lies"} == {"GET /surprises", "GET /lies"}
