"""A Python process that has imported what every chapter needs, runs one job of pytest, and ends.

Started by `workbook.runner.process` as a script, `python -P workbook_standby.py CHECKOUT`, in a folder of its own. It
speaks over its own standard input and output: says READY and its pid, reads one line of JSON, says DONE, and whether
children are left. At the end of its input it ends too, so that it never outlives the process that started it, on any
system. With the number of a socket as second argument it is what `workbook.runner.forks` calls a fork server: it makes
a copy of itself, for one job, each time that it is asked to.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import gc
import importlib
import json
import os
import select
import shutil
import socket
import sys
import threading
import warnings
from io import BufferedReader, BufferedWriter, FileIO
from pathlib import Path
from typing import Any

PRELOAD = (
    "pytest",
    "fastapi",
    "fastapi.testclient",
    "fastapi.security",
    "sqlalchemy",
    "sqlalchemy.orm",
    "sqlalchemy.dialects.postgresql.psycopg2",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "psycopg2",
    "psycopg2.extras",
    "sqlite3",
    "pydantic",
    "pydantic.v1",  # FastAPI looks for it when it sees its first model
    "pydantic_settings",
    "httpx2",
    "httpcore2",
    "uvicorn",
    "uvicorn.protocols.http.h11_impl",
    "jwt",
    "pwdlib.hashers.argon2",
    "anyio._backends._asyncio",
    "python_multipart",
    "email.message",
    "encodings.idna",
    "_pytest.assertion.rewrite",
    "_pytest._argcomplete",
    "pdb",
    "readline",
    "tomllib",
)

IDLE = 0.3  # seconds without a job after which a person is reading, and not a machine waiting
CHILD_SUBREAPER = 36  # of prctl(2)
POPULATE_WRITE = 23  # of madvise(2), Linux 5.14


def preload() -> None:
    """Import third-party code only, warnings unheard; what is not installed is left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in PRELOAD:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        from _pytest.config import default_plugins

        for name in default_plugins:
            with contextlib.suppress(ImportError):
                importlib.import_module(f"_pytest.{name}")


def hide(checkout: Path) -> None:
    """A learner's code must not be able to import the workbook by accident."""
    here = Path(__file__).parent
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() not in (checkout, here)]
    sys.path.append(str(here))  # for `-p workbook_plugin`, also in the workers of pytest-xdist


def take_streams() -> tuple[BufferedReader, BufferedWriter]:
    """Keep the pipes to the parent for this file; a test reads nothing and prints to the log."""
    commands, answers = FileIO(os.dup(0), "r"), FileIO(os.dup(1), "w")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)  # standard error is already the log file
    return BufferedReader(commands), BufferedWriter(answers)


def say(answers: BufferedWriter, word: str) -> None:
    answers.write(word.encode() + b"\n")
    answers.flush()


def fork_when_asked(server: socket.socket) -> None:
    """Answer the requests of `workbook.runner.forks`; returns in each copy of this process, never in itself."""
    if sys.platform == "win32":
        raise OSError("Windows has no fork.")
    home, ended = str(Path.cwd()), dict[int, int]()
    while True:
        text, pipes, _, _ = socket.recv_fds(server, 4096, 3)
        if not text:
            shutil.rmtree(home, ignore_errors=True)
            os._exit(0)
        request = json.loads(text)
        if "ended" in request:
            with contextlib.suppress(ChildProcessError):
                while (found := os.waitpid(-1, os.WNOHANG))[0]:
                    ended[found[0]] = os.waitstatus_to_exitcode(found[1])
            server.send(json.dumps(ended.pop(request["ended"], None)).encode())
            continue
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(CHILD_SUBREAPER, 1)  # what a test detaches stays among our children
            server.close()
            os.setsid()
            os.chdir(request["home"])
            for place, pipe in enumerate(pipes):
                os.dup2(pipe, place)
        for pipe in pipes:
            os.close(pipe)
        if server.fileno() < 0:
            return


def use_the_time(commands: BufferedReader) -> None:
    """While nobody asks: copy the memory that is still shared with the fork server, so that no run waits for it."""
    if select.select([commands], [], [], IDLE)[0]:
        return
    madvise = ctypes.CDLL(None).madvise
    for mapping in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        place, access = mapping.split()[:2]
        if access == "rw-p":
            begin, end = (int(one, 16) for one in place.split("-"))
            madvise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), POPULATE_WRITE)  # an old kernel does nothing


def end_with_parent(commands: BufferedReader, home: str) -> None:
    """Wait for the end of input, then end at once, whatever the tests do. A parent that was killed left `home`."""
    commands.read()
    shutil.rmtree(home, ignore_errors=True)
    os._exit(70)


def limit(job: dict[str, Any]) -> None:
    """Bound memory and the size of a file where the system can; elsewhere the parent watches."""
    if sys.platform == "win32":
        return
    import resource

    for name, bound in (("RLIMIT_AS", job["address_space"]), ("RLIMIT_FSIZE", job["file_size"]), ("RLIMIT_CORE", 0)):
        with contextlib.suppress(ValueError, OSError):
            kind = getattr(resource, name)
            hard = resource.getrlimit(kind)[1]
            resource.setrlimit(kind, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard))


def run(job: dict[str, Any]) -> None:
    """Become the process that the job describes, and run pytest in it."""
    os.environ.clear()
    os.environ.update(job["env"])
    sys.dont_write_bytecode = True
    os.chdir(job["folder"])
    sys.argv[:] = ["pytest", *job["args"]]
    limit(job)
    stacks = Path(job["stacks"]).open("w", encoding="utf-8")  # noqa: SIM115 - open until the process ends
    faulthandler.enable(file=stacks)
    faulthandler.dump_traceback_later(job["stack_after"], file=stacks)

    import pytest

    plugin = importlib.import_module("workbook_plugin")
    plugin.open_record(job["record"], job["nonce"])
    try:
        pytest.main(job["args"], plugins=[] if "workbook_plugin" in job["args"] else [plugin])
    except SystemExit:
        pass  # a conftest.py left Python; without a "finished" record nothing counts
    finally:
        faulthandler.cancel_dump_traceback_later()


def has_children() -> bool:
    """Whether a test may have left a process running; where the system does not tell, it may have."""
    if sys.platform == "win32":
        return True
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def main() -> None:
    hide(Path(sys.argv[1]).resolve())
    preload()
    gc.collect()
    gc.freeze()
    forked = sys.platform == "linux" and len(sys.argv) > 2
    if forked:
        fork_when_asked(socket.socket(fileno=int(sys.argv[2])))
    home = str(Path.cwd())
    commands, answers = take_streams()
    try:
        say(answers, f"READY {os.getpid()}")
        if forked:
            use_the_time(commands)
        line = commands.readline()
    except OSError:  # the parent ended in the meantime
        line = b""
    if not line:
        end_with_parent(commands, home)
    watcher = threading.Thread(target=end_with_parent, args=(commands, home), daemon=True, name="workbook")
    watcher.start()
    run(json.loads(line))
    say(answers, "DONE and children" if has_children() else "DONE")
    watcher.join()


if __name__ == "__main__":
    main()
