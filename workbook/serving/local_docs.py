"""An app, unchanged, whose pages of documentation take what they show from this machine and not from the network."""

from __future__ import annotations

import os
import sys
import traceback
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbook.system.console import PLAIN

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

APP = "WORKBOOK_APP"  # which app `application` serves, as in "fastauth.main:app"
ASSETS = "/_docs"
FILES = ("swagger-ui-bundle.js", "swagger-ui.css", "redoc.standalone.js", "favicon.png")


def application() -> LocalDocs | Unloaded:
    """What uvicorn serves (`--factory`): the app that the environment names, with local documentation.

    One that cannot be imported is said in a line, and to every client, until a save cures it.
    """
    from uvicorn.importer import import_from_string

    try:
        return LocalDocs(import_from_string(os.environ[APP]))
    except Exception as error:
        said = _said(error, Path.cwd())
        sys.stderr.reconfigure(errors=PLAIN)  # type: ignore[union-attr] # it is a real stream: uvicorn's
        print(f"✗ {said}\n  Mend it and save; the app is loaded again.", file=sys.stderr, flush=True)
        return Unloaded(said)


def _said(error: Exception, folder: Path) -> str:
    """An error of an import in one line, with the innermost place in the `folder`."""
    places = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        places.append((Path(error.filename), error.lineno))
    own = [
        f"{path.relative_to(folder).as_posix()}, line {line}" for path, line in places if path.is_relative_to(folder)
    ]
    what = f"this is not valid Python ({error.msg})" if isinstance(error, SyntaxError) else repr(error)
    return f"{own[-1]}: {what}." if own else f"{what}."


class Unloaded:
    """In place of an app that cannot be imported: answers every request with 503 and the reason."""

    def __init__(self, said: str) -> None:
        self.said = said

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.responses import PlainTextResponse

        if scope["type"] == "http":
            await PlainTextResponse(f"The app could not be loaded: {self.said}\n", 503)(scope, receive, send)


class LocalDocs:
    """An ASGI app around another: it answers `/docs` and `/redoc`, and passes everything else on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = self._page(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        await (page or self.app)(scope, receive, send)

    def _page(self, path: str) -> Response | None:
        """What stands at one of the documentation's paths; None for all others."""
        from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
        from fastapi.responses import FileResponse

        if path.startswith(f"{ASSETS}/") and path.removeprefix(f"{ASSETS}/") in FILES:
            return FileResponse(static() / path.removeprefix(f"{ASSETS}/"))
        if path == self._setting("docs_url"):
            return get_swagger_ui_html(
                openapi_url=self._rooted("openapi_url"),
                title=f"{self._setting('title')} - Swagger UI",
                swagger_js_url=f"{ASSETS}/swagger-ui-bundle.js",
                swagger_css_url=f"{ASSETS}/swagger-ui.css",
                swagger_favicon_url=f"{ASSETS}/favicon.png",
                oauth2_redirect_url=self._rooted("swagger_ui_oauth2_redirect_url"),
                init_oauth=self._setting("swagger_ui_init_oauth"),
                swagger_ui_parameters=self._setting("swagger_ui_parameters"),
            )
        if path == self._setting("redoc_url"):
            return get_redoc_html(
                openapi_url=self._rooted("openapi_url"),
                title=f"{self._setting('title')} - ReDoc",
                redoc_js_url=f"{ASSETS}/redoc.standalone.js",
                redoc_favicon_url=f"{ASSETS}/favicon.png",
                with_google_fonts=False,
            )
        return None

    def _setting(self, name: str) -> Any:
        """What the app says of its documentation; None where it is no FastAPI app, or has none."""
        return getattr(self.app, name, None) if getattr(self.app, "openapi_url", None) else None

    def _rooted(self, name: str) -> str:
        return f"{getattr(self.app, 'root_path', '').rstrip('/')}{self._setting(name) or ''}"


def static() -> Path:
    """Where the assets are: a package brings them that is not imported, for it would bring an app of its own."""
    spec = find_spec("fastapi_offline")
    assert spec is not None, "requirements.txt names it"
    assert spec.origin is not None, "it is a package"
    return Path(spec.origin).parent / "static"
