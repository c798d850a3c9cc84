"""Races for one username, before and after the constraint is the judge: what they answer, and one of them in detail.

    python benchmarks/races.py              # in the activated .venv; a table
    python benchmarks/races.py --json       # the same for a program, with the recorded times of one collision

Each variant of the app runs in a process of its own, on a database of its own, behind a real server. DATABASE_URL,
where it is set, says on which PostgreSQL; otherwise it is the workbook's.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from pathlib import Path
from threading import Barrier, Lock, Thread
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RACES, CLIENTS = 200, 2  # RACES where --races says nothing else

# name of the variant: the chapter whose app it is, and what is replaced in its models
VARIANTS = {
    "check, then insert; no unique column": ("05_isolated_tests", {"String(50), unique=True": "String(50)"}),
    "check, then insert; unique column": ("05_isolated_tests", {}),
    "the constraint is the judge": ("06_race", {}),
}

client_number: ContextVar[int] = ContextVar("client_number")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print everything, for a program")
    parser.add_argument("--races", type=positive, default=RACES, help=f"how many for each variant (default: {RACES})")
    parser.add_argument("--variant", help=argparse.SUPPRESS)  # what the processes of this script are told
    arguments = parser.parse_args()
    if arguments.variant:
        print(json.dumps(run_variant(arguments.races)))
        return
    results = {name: in_a_process(*what, arguments.races) for name, what in VARIANTS.items()}
    if arguments.json:
        print(json.dumps(results, indent=1))
        return
    print(f"{arguments.races} races, {CLIENTS} clients in each, one name per race")
    for name, result in results.items():
        answers = ", ".join(f"{count} x {status}" for status, count in result["answers"].items())
        print(f"  {name:40} {answers}; {result['rows']} rows for {arguments.races} names")


def positive(value: str) -> int:
    """A number of races; raises ArgumentTypeError for anything else."""
    if not value.isdecimal() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"{value!r} is no number of races: give 1 or more")
    return int(value)


def in_a_process(chapter: str, swaps: dict[str, str], races: int) -> dict[str, Any]:
    """Run one variant; returns what its process prints."""
    sys.path.insert(0, str(ROOT))
    from workbook.postgres import databases

    with tempfile.TemporaryDirectory() as folder, databases.fresh("races") as url:
        shutil.copytree(ROOT / "chapters" / chapter / "fastauth", Path(folder) / "fastauth")
        models = Path(folder) / "fastauth" / "models.py"
        text = models.read_text(encoding="utf-8")
        for old, new in swaps.items():
            if old not in text:
                sys.exit(f"✗ {models.name} of {chapter} has no {old!r}.\n  Mend VARIANTS in {Path(__file__).name}.")
            text = text.replace(old, new)
        models.write_text(text, encoding="utf-8", newline="\n")
        environment = os.environ | {"DATABASE_URL": url, "PYTHONPATH": folder}
        command = [sys.executable, __file__, "--races", str(races), "--variant", chapter]
        ran = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, check=True)
    result: dict[str, Any] = json.loads(ran.stdout)
    return result


def run_variant(races: int) -> dict[str, Any]:
    """All races against the app in this folder; `collision` has the times of one that ended in a 500."""
    import httpx2
    import uvicorn
    from sqlalchemy import text

    from fastauth.database import Base, engine  # type: ignore[import-not-found]
    from fastauth.main import app  # type: ignore[import-not-found]

    Base.metadata.create_all(engine)
    recorder = Recorder(engine)
    # Named TCP, because asyncio sends small answers at once only on a socket that says what it is.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()  # from now on a client waits for the server, and is not refused
    config = uvicorn.Config(ClientNumber(app), lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    # A server that answered 500 closes the connection: one that a client used before may be gone when it asks again.
    anew = httpx2.Limits(max_keepalive_connections=0)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        with httpx2.Client(base_url=address, trust_env=False, timeout=60, limits=anew) as http:
            answers, collision = [], []
            for number in range(races):
                recorder.spans.clear()
                answers.append(race(http, f"race.{number}"))
                if (found := recorder.of(answers[-1])) and (not collision or waits(found) > waits(collision)):
                    collision = found
        with engine.connect() as connection:
            rows = connection.scalar(text("SELECT count(*) FROM user_info"))
    finally:
        server.should_exit = True
        thread.join()
        engine.dispose()
    return {
        "answers": dict(sorted(Counter(status for one in answers for status in one).items())),
        "exactly one 201": sum(one.count(201) == 1 for one in answers),
        "rows": rows,
        "collision": collision,
    }


def waits(collision: list[dict[str, Any]]) -> bool:
    """Whether the loser's INSERT came between the winner's INSERT and COMMIT, and had to wait: the one to see."""
    began = {what: span["began"] for span in collision if span["wins"] and (what := span["what"]) != "SELECT"}
    inserts = (span["began"] for span in collision if not span["wins"] and span["what"] == "INSERT")
    return any(began["INSERT"] < insert < began["COMMIT"] for insert in inserts)


def race(http: Any, name: str) -> list[int]:
    """The statuses of the clients who register one name at the same moment."""
    barrier = Barrier(CLIENTS, timeout=30)

    def register(number: int) -> int:
        user = {"username": name, "password": "cobol", "fullname": "Grace Hopper"}
        barrier.wait()
        status: int = http.post("/users/register", json=user, headers={"x-client": str(number)}).status_code
        return status

    with ThreadPoolExecutor(CLIENTS) as threads:
        return list(threads.map(register, range(CLIENTS)))


class ClientNumber:
    """Lets the statements of a request know which client it came from."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = dict(scope.get("headers", ()))
        client_number.set(int(headers.get(b"x-client", b"-1")))
        await self.app(scope, receive, send)


class Recorder:
    """Notes when each statement, commit and rollback of a client began and ended."""

    def __init__(self, engine: Any) -> None:
        from sqlalchemy import event

        self.spans: list[dict[str, Any]] = []
        self._lock = Lock()
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._after)
        event.listen(engine, "handle_error", self._error)
        event.listen(engine, "commit", lambda connection: self._instant("COMMIT"))
        event.listen(engine, "rollback", lambda connection: self._instant("ROLLBACK"))

    def of(self, answers: list[int]) -> list[dict[str, Any]]:
        """The spans of the winner and of one loser, in milliseconds from the first; empty where nobody got a 500."""
        if 500 not in answers or 201 not in answers:
            return []
        two = (answers.index(201), answers.index(500))
        spans = sorted((span for span in self.spans if span["client"] in two), key=lambda span: span["began"])
        zero = spans[0]["began"]
        return [
            span
            | {at: round((span[at] - zero) * 1000, 3) for at in ("began", "ended")}
            | {"wins": span["client"] == two[0]}
            for span in spans
        ]

    def _before(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        connection.info["began"] = perf_counter()

    def _after(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        rows = f"{cursor.rowcount} row{'' if cursor.rowcount == 1 else 's'}"
        found = f" ({rows})" if statement.startswith("SELECT") else ""
        self._note(statement.split()[0], connection.info["began"], perf_counter(), found)

    def _error(self, context: Any) -> None:
        kind = type(context.original_exception).__name__
        self._note(context.statement.split()[0], context.connection.info["began"], perf_counter(), f" {kind}")

    def _instant(self, what: str) -> None:
        now = perf_counter()
        self._note(what, now, now)

    def _note(self, what: str, began: float, ended: float, outcome: str = "") -> None:
        with self._lock:
            client = client_number.get(-1)
            self.spans.append(
                {"client": client, "what": what, "began": began, "ended": ended, "outcome": outcome.strip()}
            )


if __name__ == "__main__":
    main()
