"""What a failed test met on its way, in a few words: the app's own answer, the database, the overrides."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

from workbook.runner import Outcome

SHOWN = 3  # fields of a refused request
FORM = "The request was a form and the route reads JSON: send `json=…`, not `data=…`."
FACTORY = "The route takes what its dependency takes for parameters: depend on a function that yields a session."
OF_FACTORY = ["query", "local_kw"]  # of a session factory that stands in `Depends`


def facts(outcome: Outcome) -> list[tuple[str, str]]:
    """Labels and values, in the order in which they lead to the cause."""
    seen, told = outcome.context, list[tuple[str, str]]()
    if reasons := _refused_fields(seen):
        told.append(("the app says", "; ".join(reasons[:SHOWN]) + ("; …" if len(reasons) > SHOWN else "")))
    elif "refused" in seen:
        told.append(("refused", seen["refused"]))
    if "database" in seen:
        told.append(("database", re.sub(r"_[0-9a-f]{6,}", "_…", seen["database"])))
    if "models" in seen:
        told.append(("models", ", ".join(seen.get("tables", ())) or "none imported"))
    if "columns" in seen:
        told.append(("columns", "; ".join(seen["columns"])))
    if outcome.sqlstate == "42P01" and "overridden" in seen:
        told.append(("overridden", ", ".join(seen["overridden"])))
    return told


def means(outcome: Outcome) -> str:
    """What these say of the cause; "" where they say nothing."""
    seen = outcome.context
    if any(one["loc"] == OF_FACTORY for one in _details(seen)):
        return FACTORY
    for given, wanted in seen.get("unused", ()):
        app = f": the app depends on {wanted}" if wanted else ""
        return f"The tests override {given}, and no route depends on that{app}."
    if "form" in seen.get("answer", {}).get("sent", "") and _refused_fields(seen):
        return FORM
    return ""


def _refused_fields(seen: Any) -> list[str]:
    """Where a 422 says that the request is not valid, and why: "body.username: Field required"."""
    return [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in _details(seen)]


def _details(seen: Any) -> list[dict[str, Any]]:
    answer = seen.get("answer", {})
    with suppress(ValueError, TypeError, KeyError):
        details = json.loads(answer["body"])["detail"] if answer["status"] == 422 else []
        return [one for one in details if "loc" in one and "msg" in one]
    return []
