"""Ports of this machine that a server may listen on."""

from __future__ import annotations

import socket
import sys

from workbook.system.errors import UserError

TRIES = 50
LOWEST, HIGHEST = 1024, 65535  # what ordinary users may listen on


def choose(wanted: int | None, usual: int) -> int:
    """`wanted`, which must be free, or the first free port from `usual` on."""
    if wanted is not None:
        if not LOWEST <= wanted <= HIGHEST:
            wrong = f"Port {wanted} is kept for the system." if 0 < wanted < LOWEST else f"{wanted} is not a port."
            raise UserError(wrong, f"Name one from {LOWEST} to {HIGHEST}, or leave --port out.")
        if not is_free(wanted):
            beside = wanted + 1 if wanted < HIGHEST else wanted - 1
            raise UserError(
                f"Port {wanted} is taken by another program.",
                f"Leave --port out and a free one is found, or name another: --port {beside}.",
            )
        return wanted
    for port in range(usual, usual + TRIES):
        if is_free(port):
            return port
    raise UserError(f"The ports {usual} to {usual + TRIES - 1} are all taken.", "Name a free one with --port.")


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
