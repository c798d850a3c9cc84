"""A process of its own that asks apps what their OpenAPI descriptions promise: run as a script, jobs in, answers out.

One line of JSON in: `folder` (its app is `PACKAGE.main:app`), `package`, `url` (of a fresh database), and `sign_up`
where operations want a token: the `path` and the `json` that register a user, who then logs in as the app describes.
One line out: `requests` (how many were made), `operations`, and `findings`, each a check that did not hold.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pwdlib.hashers.argon2 import Argon2Hasher
from schemathesis import engine, openapi
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events
from schemathesis.openapi.checks import AllowHeaderMismatch
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
    cheapen_hashes()
    answers, sys.stdout = sys.stdout, sys.stderr  # an app may print
    for line in sys.stdin:
        job = json.loads(line)
        os.environ["DATABASE_URL"] = job["url"]
        asked = ask(Path(job["folder"]), job["package"], job.get("sign_up"))
        print(json.dumps(asked), file=answers, flush=True)


def cheapen_hashes() -> None:
    """An app that does not say how dear a hash shall be gets the cheapest: no answer depends on its price."""
    costs = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}  # as in the suites
    init: Any = Argon2Hasher.__init__
    names = list(inspect.signature(init).parameters)[1:]
    init.__defaults__ = tuple(costs.get(*one) for one in zip(names, init.__defaults__, strict=True))


def ask(folder: Path, package: str, sign_up: dict[str, Any] | None) -> dict[str, Any]:
    """Ask everything that the app's description allows, and some that it forbids; what wants a token, with one too."""
    app = load(folder, package)
    asked = examined(served(app), {})
    if secured := wanting_a_token(app):
        assert sign_up, f"Say in chapter.toml how a user signs up, for {', '.join(secured)}: [requests] sign_up."
        signed_in = examined(served(app), {"Authorization": f"Bearer {token(app, sign_up)}"}, secured)
        asked = {
            "requests": asked["requests"] + signed_in["requests"],
            "operations": asked["operations"],
            "signed_in": signed_in["statuses"],
            "findings": asked["findings"] + signed_in["findings"],
        }
    return asked


def wanting_a_token(app: FastAPI) -> list[str]:
    """The paths with an operation that only a user may call."""
    paths: dict[str, Any] = app.openapi()["paths"]
    return [path for path, methods in paths.items() if any("security" in one for one in methods.values())]


def token(app: FastAPI, sign_up: dict[str, Any]) -> str:
    """Register a user and log in, where the app's description says that one does."""
    schemes = app.openapi()["components"]["securitySchemes"].values()
    (url,) = (one["flows"]["password"]["tokenUrl"] for one in schemes if "password" in one.get("flows", {}))
    with TestClient(app) as client:
        user = sign_up["json"]
        client.post(sign_up["path"], json=user).raise_for_status()
        said = client.post(f"/{url.lstrip('/')}", data={name: user[name] for name in ("username", "password")})
        return str(said.raise_for_status().json()["access_token"])


def examined(app: ASGIApp, headers: dict[str, str], paths: list[str] | None = None) -> dict[str, Any]:
    """What came of the requests that were made up for the `paths`, or for all."""
    config = SchemathesisConfig.from_dict(CONFIG | ({"headers": headers} if headers else {}))
    schema = openapi.from_asgi("/openapi.json", app, config=config)
    schema = schema.include(path=paths) if paths else schema
    operations: set[str] = set()
    statuses: set[int] = set()
    findings: dict[tuple[str, str, int | None], Finding] = {}
    requests = 0
    for event in engine.from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            operations.add(event.recorder.label)
            requests += len(event.recorder.interactions)
            statuses |= {one.response.status_code for one in event.recorder.interactions.values() if one.response}
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
        "statuses": sorted(statuses),
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
                if response and of_the_framework(check.failure_info.failure, response.status_code):
                    continue
                said = f"{check.failure_info.failure.message.strip()} {check.failure_info.code_sample}"
                status = response.status_code if response else None
                yield Finding(event.recorder.label, check.name, status, " ".join(said.split()))


def of_the_framework(failure: Exception, status: int) -> bool:
    """Whether it is FastAPI's own 405: where a path has two routes, `Allow` has the methods of the first alone."""
    return status == 405 and isinstance(failure, AllowHeaderMismatch) and not failure.undocumented_methods


if __name__ == "__main__":
    main()
