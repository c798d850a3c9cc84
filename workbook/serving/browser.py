"""Show a page in the person's browser."""

from __future__ import annotations

import html
import os
import sys
import webbrowser
from pathlib import Path

REMOTE = ("CODESPACES", "REMOTE_CONTAINERS", "VSCODE_IPC_HOOK_CLI")


def show(address: str, folder: Path) -> bool:
    """Open `address`; False where there is no browser. `folder` holds the page that leads there.

    Other users of the machine see the arguments of a browser, and an address may hold a token: the browser is given a
    file that leads to it. An editor on another machine forwards addresses, not files, and gets the address itself.
    """
    if not has_screen():
        return False
    if any(name in os.environ for name in REMOTE):
        return webbrowser.open(address)
    page = folder / "open.html"
    with os.fdopen(os.open(page, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        to = html.escape(address)
        file.write(f'<!doctype html><meta http-equiv="refresh" content="0;url={to}"><a href="{to}">JupyterLab</a>\n')
    return webbrowser.open(page.as_uri())


def has_screen() -> bool:
    """Whether a browser would be a window; on a Linux without a display it would take the terminal over."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(name in os.environ for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
