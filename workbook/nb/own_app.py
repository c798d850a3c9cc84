"""Sends one request to the app of the learner's copy, which runs in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbook.course import Chapter
from workbook.runner.process import environment
from workbook.system import session
from workbook.system.errors import UserError

if TYPE_CHECKING:
    from httpx2 import Response

QUIET = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}
ASKS = """
import importlib, json, sys
from pathlib import Path
from fastapi.testclient import TestClient
package, answered = sys.argv[1:]
app = importlib.import_module(package + ".main").app
with TestClient(app, raise_server_exceptions=False) as client:
    answer = client.request(**json.load(sys.stdin))
    asked = answer.request
    sent = {"headers": dict(asked.headers), "url": str(asked.url), "content": asked.content.decode()}
    told = {"status": answer.status_code, "headers": dict(answer.headers), "text": answer.text, "sent": sent}
    Path(answered).write_text(json.dumps(told), encoding="utf-8")
"""


def ask(chapter: Chapter, request: dict[str, Any]) -> Response:
    """The answer of the copy's app, with the database of the copy; raises `UserError` where it does not start."""
    import httpx2

    from workbook.learner import desk

    folder = desk.require(chapter)
    with session.scratch("request") as temporary:
        answered = Path(temporary) / "answer.json"
        done = subprocess.run(
            [sys.executable, "-c", ASKS, chapter.package, str(answered)],
            cwd=folder,
            env={**environment(os.environ), **chapter.environment, **_database(chapter), **QUIET},
            input=json.dumps(request),
            capture_output=True,
            encoding="utf-8",
            timeout=chapter.timeout,
            check=False,
        )
        if not answered.exists():
            why = (done.stderr.strip().splitlines() or ["it does not say why"])[-1]
            raise UserError(f"The app of your copy did not answer: {why}", f"Look into {desk.shown(chapter, folder)}.")
        told = json.loads(answered.read_text(encoding="utf-8"))
    sent = told["sent"]
    asked = httpx2.Request(request["method"], sent["url"], headers=sent["headers"], content=sent["content"].encode())
    kept = {name: value for name, value in told["headers"].items() if name != "content-length"}
    return httpx2.Response(told["status"], headers=kept, content=told["text"].encode(), request=asked)


def _database(chapter: Chapter) -> dict[str, str]:
    if "postgresql" not in chapter.databases:
        return {}
    from workbook.learner import desk
    from workbook.postgres import databases

    return {"DATABASE_URL": databases.named(desk.database_name(chapter))}
