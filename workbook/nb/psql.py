"""Asks psql, PostgreSQL's own terminal, on the notebook's database."""

from __future__ import annotations

import os
import subprocess

from workbook.nb.rendering import Shown, plain_and_html


def psql(command: str) -> Shown:
    """What psql prints for one SQL statement or backslash command, as in `psql(r"\\dt")`.

    An error of the server is shown as psql tells it.
    """
    from workbook.postgres import binaries, connection

    address = connection.native(os.environ["DATABASE_URL"])
    done = subprocess.run(
        [binaries.program("psql"), address, "--no-psqlrc", "--pset=pager=off", "-c", command],
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        check=False,
    )
    text = (done.stdout + done.stderr).rstrip()
    lines = [line.rstrip() for line in text.splitlines()]
    return plain_and_html("\n".join([f"=> {command}", *lines]))
