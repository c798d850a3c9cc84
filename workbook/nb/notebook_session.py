"""What a notebook walks through: its chapter on the import path, a database of its own, an interpreter standing by."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from workbook import course
from workbook.system.errors import UserError

if TYPE_CHECKING:
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from workbook.runner import Runner

PATIENCE = 1  # seconds for a lock that another connection of the notebook holds: else the cell would never end


class NotebookSession:
    """One walk through one chapter; ends with the kernel, or when the notebook is run again from its first cell."""

    def __init__(self, slug: str) -> None:
        self.course = course.load()
        self.chapter = self.course.find(slug)
        self._open = ExitStack()
        self._clients: dict[int, TestClient] = {}
        self._kept: dict[str, str] = {}
        if not self.chapter.folder.is_dir():
            raise UserError(f"{self.chapter.folder} is missing.", "Name a chapter whose folder exists.")

    def begin(self) -> None:
        """Put the chapter on the import path, make its database, start the standby interpreter."""
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(self.chapter.folder))
        if "postgresql" in self.chapter.databases:
            from workbook.postgres import databases

            url = self._open.enter_context(databases.fresh(f"notebook_{self.chapter.number}"))
            options = f"{os.environ.get('PGOPTIONS', '')} -c lock_timeout={PATIENCE}s".strip()
            for name, value in {"DATABASE_URL": url, "PGOPTIONS": options}.items():
                self._open.callback(_restore, name, os.environ.get(name))
                os.environ[name] = value
        _ = self.runner

    def end(self) -> None:
        """Drop the database, end the standby interpreter, and forget the chapter's modules."""
        self._open.close()
        folder = self.chapter.folder
        sys.path[:] = [entry for entry in sys.path if entry != str(folder)]
        for name, module in list(sys.modules.items()):
            if (file := getattr(module, "__file__", None)) and folder in Path(file).parents:
                del sys.modules[name]

    @cached_property
    def runner(self) -> Runner:
        """Runs tests in processes of their own, one of them started ahead."""
        from workbook.runner import Runner

        runner = self._open.enter_context(Runner(keep=1))
        runner.warm()
        return runner

    def database(self, name: str) -> str:
        """The URL of a database that is made at the first call with this name, and kept until the walk ends."""
        if name not in self._kept:
            from workbook.postgres import chapter_databases

            self._kept[name] = self._open.enter_context(chapter_databases.database(self.chapter, name))
        return self._kept[name]

    @property
    def app(self) -> FastAPI:
        """The chapter's app, imported into this kernel."""
        from importlib import import_module

        app: FastAPI = import_module(f"{self.chapter.package}.main").app
        return app

    def client(self, app: FastAPI) -> TestClient:
        """Speaks to `app`, which was started as a server starts it, and is stopped when the walk ends."""
        from fastapi.testclient import TestClient

        if id(app) not in self._clients:
            client = TestClient(app, raise_server_exceptions=False)
            self._clients[id(app)] = self._open.enter_context(client)
        return self._clients[id(app)]


def _restore(name: str, value: str | None) -> None:
    """Let a variable of the environment be what it was before the walk."""
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


_walk: NotebookSession | None = None


def chapter(slug: str) -> None:
    """Begin the walk through a chapter: after it, `import fastauth` means that chapter's app.

    `DATABASE_URL` in the environment is the address of a database that belongs to this kernel alone. There, a statement
    that waits for a lock fails after a second (SQLSTATE 55P03).
    Called a second time, as by *Run All*, it begins again with an empty database, and without the names that the cells
    after the first one defined: they hold what isn't there any more.
    """
    global _walk
    again = _walk is not None
    leave()
    _walk = NotebookSession(slug)
    _walk.begin()
    if again:
        _forget(_walk.chapter.notebook)


def _forget(notebook: Path) -> None:
    """Clear the reader's kernel of the last walk; elsewhere there is nothing to do."""
    from IPython import get_ipython

    from workbook.nb import order

    if (kernel := get_ipython()) is not None:
        order.forget(kernel, order.stored(notebook))


def current() -> NotebookSession:
    """The walk that `chapter` began; raises `UserError` before that."""
    if _walk is None:
        raise UserError("No chapter has been begun.", "Run the notebook's first code cell: chapter(...).")
    return _walk


def cells() -> list[str]:
    """The code of the notebook that is walked through; none before it has begun."""
    from workbook.nb import order

    return [] if _walk is None else order.stored(_walk.chapter.notebook)


@atexit.register
def leave() -> None:
    """End the walk, if there is one."""
    global _walk
    if (walk := _walk) is not None:
        _walk = None
        walk.end()


def database(name: str) -> str:
    """The URL of a database that `red` and `green` were told to keep by this name."""
    return current().database(name)
