"""Shows one call to the chapter's app as the exchange of messages that it is in HTTP."""

from __future__ import annotations

import json as json_text
import re
from collections.abc import Mapping
from html import escape
from textwrap import indent
from typing import TYPE_CHECKING, Any

from workbook.nb import own_app
from workbook.nb.colour import coloured
from workbook.nb.notebook_session import current
from workbook.nb.rendering import FAINT, GREEN, RED, Shown, panel

if TYPE_CHECKING:
    from fastapi import FastAPI
    from httpx2 import Response

# The headers worth a look; the others (lengths, connections) say nothing about the app.
TELLING = ("content-type", "allow", "location", "www-authenticate", "retry-after")
TOKEN = re.compile(r"(?=[\w.-]{61})(eyJ[\w-]{9})[\w-]*\.[\w-]+\.[\w-]*")  # a JSON Web Token: three parts, base64url
WIDTH = 88  # characters; a body that fits stays on one line


class Exchange(Shown):
    """A request and its answer. `response` is the answer itself, for cells that ask it more.

    Of a token only the beginning is shown: the rest is long, and another one each time.
    """

    def __init__(self, response: Response, body: str, sent: Mapping[str, str], whom: str = "") -> None:
        self.response = response
        target = response.request.url.raw_path.decode("ascii")
        ask = f"{response.request.method} {target}"
        answer = f"{response.status_code} {response.reason_phrase}"
        asked = [_short(f"{name}: {value}") for name, value in sent.items()]
        told = [f"{name}: {response.headers[name]}" for name in TELLING if name in response.headers]
        got = _laid_out(response.text, response.headers.get("content-type", ""))
        sign, ink = ("✓", GREEN) if response.is_success else ("✗", RED) if response.is_error else ("→", FAINT)
        ask += f"  ·  asked {whom}" if whom else ""
        plain = [f"→ {ask}", *_part(asked, body), "", f"← {answer}", *_part(told, got)]
        html = [
            f"<b>→ {escape(ask)}</b>",
            *_html_part(asked, body),
            "",
            f'<b style="{ink}">← {answer} {sign}</b>',
            *_html_part(told, got),
        ]
        super().__init__("\n".join(plain), panel("\n".join(html)))

    @property
    def status(self) -> int:
        """The answer's status code."""
        return self.response.status_code

    def json(self) -> Any:
        """The answer's body, parsed."""
        return self.response.json()


def request(
    method: str,
    path: str,
    *,
    json: Any = None,
    data: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    app: FastAPI | None = None,
    mine: bool = False,
) -> Exchange:
    """Call the chapter's app (or `app`) as a client would over HTTP, and show question and answer.

    `mine` calls the app of your copy in `desk/` instead, on the copy's own database, and says so.
    `json` is sent as JSON, `data` as a form. An error inside the app is answered with 500, as a server would.
    """
    asked: dict[str, Any] = {"method": method, "url": path, "json": json, "data": data, "headers": headers}
    if mine:
        chapter = current().chapter
        response, whom = own_app.ask(chapter, asked), f"your copy, desk/{chapter.slug}"
    else:
        response, whom = current().client(app or current().app).request(**asked), ""
    sent = dict(headers or {})
    if kind := response.request.headers.get("content-type"):
        sent = {"content-type": kind} | sent
    return Exchange(response, _laid_out(response.request.content.decode("utf-8"), kind or ""), sent, whom)


def _laid_out(body: str, kind: str) -> str:
    """JSON on one line where it fits, else indented; anything else as it came. Tokens are shortened."""
    body = _short(body)
    if not body or "json" not in kind:
        return body
    return _json(json_text.loads(body), WIDTH)


def _short(text: str) -> str:
    return TOKEN.sub(r"\1…", text)


def _json(value: Any, room: int) -> str:
    """Whatever fits into `room` characters stands on one line; lists and objects that do not are opened."""
    flat = json_text.dumps(value, ensure_ascii=False)
    if len(flat) <= room or not isinstance(value, list | dict):
        return flat
    if isinstance(value, list):
        inner = [_json(one, room - 2) for one in value]
        return "[\n" + ",\n".join(indent(one, "  ") for one in inner) + "\n]"
    inner = [f"{json_text.dumps(key)}: {_json(one, room - 4 - len(key))}" for key, one in value.items()]
    return "{\n" + ",\n".join(indent(one, "  ") for one in inner) + "\n}"


def _part(headers: list[str], body: str) -> list[str]:
    return [f"  {line}".rstrip() for line in [*headers, *(["", *body.splitlines()] if body else [])]]


def _html_part(headers: list[str], body: str) -> list[str]:
    language = "json" if body[:1] in ("{", "[", '"') else "text"
    made = [f'  <span style="{FAINT}">{escape(header)}</span>' for header in headers]
    if body:
        made += ["", *(f"  {line}" for line in coloured(body, language).splitlines())]
    return made
