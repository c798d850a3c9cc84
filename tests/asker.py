"""A process of its own that asks apps what their OpenAPI descriptions promise: run as a script, jobs in, answers out.

One line of JSON in: `folder` (its app is `PACKAGE.main:app`), `package`, `url` (of a fresh database).
One line out: `requests` (how many were made), `operations`, and `findings`, each a check that did not hold.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import schemathesis
from fastapi import FastAPI
from schemathesis import engine, openapi
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events
from starlette.types import ASGIApp, Receive, Scope, Send

EXAMPLES = 25  # made up per operation, beside those at the edges of every type
CONFIG = {
    "seed": 20,
    "generation": {"deterministic": True, "max-examples": EXAMPLES},
    "continue-on-failure": True,
}

# What FastAPI answers to a body that is no text at all, in every app; it puts that into no description.
NO_TEXT = {
    "description": "The body is not text",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {"detail": {"const": "There was an error parsing the body"}},
                "required": ["detail"],
            }
        }
    },
}


class Finding(NamedTuple):
    """A check that did not hold: the first case of its kind, with a curl command that repeats it."""

    operation: str
    check: str
    status: int | None
    says: str


@schemathesis.hook
def before_load_schema(_: object, schema: dict[str, Any]) -> None:
    """Add FastAPI's own answer to every operation that takes a body and does not describe a 400 itself."""
    for operations in schema["paths"].values():
        for operation in operations.values():
            if "requestBody" in operation:
                operation["responses"].setdefault("400", NO_TEXT)


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr  # an app may print
    for line in sys.stdin:
        job = json.loads(line)
        os.environ["DATABASE_URL"] = job["url"]
        print(json.dumps(ask(Path(job["folder"]), job["package"])), file=answers, flush=True)


def ask(folder: Path, package: str) -> dict[str, Any]:
    """Ask everything that the app's description allows, and some that it forbids."""
    app = served(load(folder, package))
    schema = openapi.from_asgi("/openapi.json", app, config=SchemathesisConfig.from_dict(CONFIG))
    operations: set[str] = set()
    findings: dict[tuple[str, str, int | None], Finding] = {}
    requests = 0
    for event in engine.from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            operations.add(event.recorder.label)
            requests += len(event.recorder.interactions)
            found = list(failures(event))
        elif isinstance(event, events.NonFatalError):
            found = [Finding(event.label, "error", None, str(event.value))]
        elif isinstance(event, events.FatalError):
            found = [Finding("", "error", None, str(event.exception))]
        else:
            continue
        for one in found:
            findings.setdefault((one.operation, one.check, one.status), one)
    return {
        "requests": requests,
        "operations": sorted(operations),
        "findings": [one._asdict() for one in findings.values()],
    }


def served(app: FastAPI) -> ASGIApp:
    """The app as a server runs it: an error in a route ends in the 500 that was sent, not in the server."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(Exception) if scope["type"] == "http" else contextlib.nullcontext():
            await app(scope, receive, send)

    return serve


def load(folder: Path, package: str) -> FastAPI:
    """Import the app from `folder`, and nothing from a folder that was asked before."""
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]
    sys.path[0] = str(folder)
    importlib.invalidate_caches()
    app = importlib.import_module(f"{package}.main").app
    assert isinstance(app, FastAPI)
    return app


def failures(event: events.ScenarioFinished) -> Iterator[Finding]:
    for case, checks in event.recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                response = event.recorder.interactions[case].response
                said = f"{check.failure_info.failure.message.strip()} {check.failure_info.code_sample}"
                status = response.status_code if response else None
                yield Finding(event.recorder.label, check.name, status, " ".join(said.split()))


if __name__ == "__main__":
    main()
