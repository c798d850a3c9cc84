"""Ports of this machine that a server may listen on."""

from __future__ import annotations

import socket
import sys

from workbook.trouble import Trouble

TRIES = 50


def choose(wanted: int | None, usual: int) -> int:
    """`wanted`, which must be free, or the first free port from `usual` on."""
    if wanted is not None:
        if not 1 <= wanted <= 65535:
            raise Trouble(f"{wanted} is not a port.", "Name one from 1024 to 65535, or leave --port out.")
        if not is_free(wanted):
            raise Trouble(
                f"Port {wanted} is taken by another program.",
                f"Leave --port out and a free one is found, or name another: --port {wanted + 1}.",
            )
        return wanted
    for port in range(usual, usual + TRIES):
        if is_free(port):
            return port
    raise Trouble(f"The ports {usual} to {usual + TRIES - 1} are all taken.", "Name a free one with --port.")


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback now."""
    with socket.socket() as probe:
        if sys.platform == "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
