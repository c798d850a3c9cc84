"""The mark of a database that a workbook made: who made it, and whether they still live."""

from __future__ import annotations

import json
import os
import platform
import secrets
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Literal

from workbook import course
from workbook.system.errors import UserError

Kind = Literal["template", "fresh", "named"]

_MAKER = "workbook"
_DAY = 86_400.0  # seconds
_SLACK = 2.0  # seconds by which a start time may differ between two readings


@dataclass(frozen=True)
class Mark:
    """What a database's comment says, as JSON; times are seconds since 1970."""

    kind: Kind
    checkout: str
    machine: str
    pid: int
    started: float  # when the process `pid` did
    made: float
    by: str = _MAKER

    def text(self) -> str:
        return json.dumps(asdict(self))

    def is_lasting_here(self) -> bool:
        """Whether it is one of the lasting databases of this checkout."""
        return self.kind == "named" and self.checkout == checkout()

    def is_abandoned(self) -> bool:
        """Whether nobody will drop this database any more: fresh, of this checkout, and its maker is gone."""
        if self.kind != "fresh" or self.checkout != checkout():
            return False
        if self.machine != platform.node():  # a container that was made anew; its processes cannot be seen
            return time.time() - self.made > _DAY
        return abs(_started(self.pid) - self.started) > _SLACK


def new(kind: Kind) -> Mark:
    """The mark of what this process makes now."""
    pid = os.getpid()
    return Mark(kind, checkout(), platform.node(), pid, _started(pid), time.time())


def read(comment: str | None) -> Mark | None:
    """The mark in a database's comment; None where a workbook did not write it."""
    with suppress(ValueError, TypeError):
        mark = Mark(**json.loads(comment or ""))
        if mark.by == _MAKER:
            return mark
    return None


def checkout() -> str:
    """Eight letters that tell this checkout from others on the same server, kept in it wherever it moves."""
    file = course.root() / ".workbook" / "checkout"
    for _ in range(100):
        with suppress(FileNotFoundError):
            if found := file.read_text(encoding="utf-8").strip():
                return found
        with suppress(FileExistsError):
            file.parent.mkdir(exist_ok=True)
            with file.open("x", encoding="utf-8", newline="\n") as made:
                made.write(secrets.token_hex(4))
        time.sleep(0.01)  # another process is writing it
    raise UserError(f"{file} is empty.", "Remove it: the command writes a new one.")


def _started(pid: int) -> float:
    """When the process began; 0 where there is none."""
    import psutil

    with suppress(psutil.Error):
        return psutil.Process(pid).create_time()
    return 0.0
