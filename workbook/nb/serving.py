"""Runs the chapter's app on a real server for the length of a block."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from workbook.nb.notebook_session import current
from workbook.system.errors import UserError

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI
    from httpx2 import Client

PATIENCE = 10.0  # seconds until a server must have started


@contextmanager
def server(app: FastAPI | None = None) -> Iterator[Client]:
    """Serve the chapter's app (or `app`) on a port of its own; yields a client that knows the address."""
    import httpx2
    import uvicorn

    with socket.socket(proto=socket.IPPROTO_TCP) as door:  # asyncio delays small answers where it is not said
        door.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app or current().app, log_level="error", access_log=False)
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        try:
            _wait(running, thread)
            with httpx2.Client(base_url=f"http://127.0.0.1:{door.getsockname()[1]}") as client:
                yield client
        finally:
            running.should_exit = True
            thread.join()


def _wait(running: uvicorn.Server, thread: threading.Thread) -> None:
    pause = threading.Event()
    for _ in range(int(PATIENCE / 0.01)):
        if running.started:
            return
        if not thread.is_alive():
            break
        pause.wait(0.01)
    raise UserError("The app did not start.", "Read the error above this one.")
