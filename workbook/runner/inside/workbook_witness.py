"""Remembers what a test met on its way, for the verdict of one that fails. PYTEST_DONT_REWRITE

The answers of the app, why a token was refused, the database that lacks a table, a dependency that nobody overrides.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import re
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

LONGEST = 2_000  # characters of an answer
NO_TABLE, NO_COLUMN = "42P01", "42703"
CREATED = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)\s*\((.+)\)", re.IGNORECASE | re.DOTALL)
FACTORY = "local_kw"  # what FastAPI asks for where a session factory is taken for a dependency

_answers: deque[dict[str, Any]] = deque(maxlen=10)
_refusals: deque[str] = deque(maxlen=10)


def begin() -> None:
    """A test begins: what another one met is forgotten."""
    _answers.clear()
    _refusals.clear()


def install() -> None:
    """Listen to the client of the tests, and to PyJWT, where they are installed and not listened to yet."""
    with contextlib.suppress(ImportError):
        import httpx2

        _listen(httpx2.Client, "send", _heard, lambda _: None)
    with contextlib.suppress(ImportError):
        import jwt

        _listen(jwt.PyJWT, "decode_complete", lambda _: None, lambda error: _refusals.append(_said(error)))


def _listen(owner: Any, name: str, heard: Any, failed: Any) -> None:
    method = getattr(owner, name)
    if hasattr(method, "workbook"):
        return

    @functools.wraps(method)
    def listening(*arguments: Any, **named: Any) -> Any:
        try:
            result = method(*arguments, **named)
        except Exception as error:
            failed(error)
            raise
        with contextlib.suppress(Exception):
            heard(result)
        return result

    listening.workbook = True  # type: ignore[attr-defined]
    setattr(owner, name, listening)


def _heard(response: Any) -> None:
    sent = response.request.headers.get("content-type", "")
    _answers.append({"status": response.status_code, "body": response.text[:LONGEST], "sent": sent})


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__


def context(error: BaseException, sqlstate: str, got: str, folder: Path) -> dict[str, Any]:
    """What is known of the failure beside itself; `got` is one side of its comparison, "" without one."""
    found: dict[str, Any] = {}
    statuses = set(re.findall(r"\b[45]\d\d\b", got))
    for one in _answers:
        if str(one["status"]) in statuses or FACTORY in one["body"]:
            found["answer"] = one
    if isinstance(error, KeyError):
        found["without"] = _without(error)
    if "401" in statuses and _refusals:
        found["refused"] = _refusals[-1]
    if sqlstate == NO_TABLE:
        found |= _of_database(error)
    if sqlstate == NO_COLUMN:
        found["columns"] = _columns(folder)
    if apps := [*_apps(folder)]:
        found["overridden"] = sorted({_name(key) for app in apps for key in app.dependency_overrides})
        found["unused"] = sorted({pair for app in apps for pair in _unused(app)})
    return {key: value for key, value in found.items() if value}


def _without(error: KeyError) -> str:
    """The one mapping in sight that lacks the key: an answer of the app, or a value of a function that was run."""
    step, last = error.__traceback__, error.__traceback__
    while step is not None:
        last, step = step, step.tb_next
    values = [*last.tb_frame.f_locals.values()] if last else []
    lacking = [repr(one) for one in values if isinstance(one, dict) and error.args and error.args[0] not in one]
    if len(lacking) != 1 and _answers:
        return str(_answers[-1]["body"])
    return lacking[0][:LONGEST] if len(lacking) == 1 else ""


def _of_database(error: BaseException) -> dict[str, Any]:
    """The name of the database that was asked, and the tables that the models describe."""
    found: dict[str, Any] = {}
    driver: Any = getattr(error, "orig", None) or error
    with contextlib.suppress(Exception):
        found["database"] = driver.cursor.connection.info.dbname
    if orm := sys.modules.get("sqlalchemy.orm"):
        bases = orm.DeclarativeBase.__subclasses__()
        found["tables"] = sorted({str(table) for base in bases for table in base.metadata.tables})
        found["models"] = bool(bases)
    return found


def _columns(folder: Path) -> list[str]:
    """The tables with their columns, as the models have them and as the folder's own SQL makes them."""
    orm = sys.modules.get("sqlalchemy.orm")
    bases = orm.DeclarativeBase.__subclasses__() if orm else []
    tables = [table for base in bases for table in base.metadata.tables.values()]
    found = {f"{table.name}: {', '.join(column.name for column in table.columns)}" for table in tables}
    for file in folder.glob("*/*.py"):
        texts = (node.value for node in ast.walk(ast.parse(file.read_bytes())) if isinstance(node, ast.Constant))
        for made in (CREATED.search(text) for text in texts if isinstance(text, str)):
            if made:
                parts = re.split(r",(?![^(]*\))", made[2])
                found.add(f"{made[1]}: {', '.join(part.split()[0] for part in parts if part.split())}")
    return sorted(found)


def _apps(folder: Path) -> Iterator[Any]:
    """The FastAPI apps that the folder's own modules hold."""
    fastapi = sys.modules.get("fastapi")
    modules = [one for one in [*sys.modules.values()] if isinstance(one, ModuleType)] if fastapi else []
    for module in modules:
        file = getattr(module, "__file__", None)
        if file and Path(file).is_relative_to(folder):
            yield from (one for one in [*vars(module).values()] if isinstance(one, fastapi.FastAPI))  # type: ignore[union-attr]


def _unused(app: Any) -> Iterator[tuple[str, str]]:
    """Each key of an override that no route depends on, and the dependency of that name that one does; "" for none."""
    wanted = {call for route in app.routes if hasattr(route, "dependant") for call in _calls(route.dependant)}
    for key in app.dependency_overrides:
        if key not in wanted:
            same = [one for one in wanted if getattr(one, "__name__", "") == getattr(key, "__name__", " ")]
            yield _name(key), _name(same[0]) if same else ""


def _calls(dependant: Any) -> Iterator[Any]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)


def _name(one: Any) -> str:
    return f"{getattr(one, '__module__', '')}.{getattr(one, '__qualname__', type(one).__name__)}"
