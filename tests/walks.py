"""Walks through the toy course, as its notebooks would take them."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from toys import TOY

from workbook.nb.notebook_session import NotebookSession, chapter, current, leave
from workbook.nb.rendering import Shown
from workbook.postgres import databases
from workbook.runner import Runner


@contextmanager
def walking(slug: str, runner: Runner, root: Path = TOY) -> Iterator[NotebookSession]:
    """Begin a chapter of the toy course, on the real server, with the runner that all tests share."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", databases.url())
        patch.setenv("WORKBOOK_ROOT", str(root))
        patch.setattr(NotebookSession, "runner", runner)
        patch.setattr(sys, "dont_write_bytecode", sys.dont_write_bytecode)
        chapter(slug)
        try:
            yield current()
        finally:
            leave()


@pytest.fixture
def hello(runner: Runner) -> Iterator[NotebookSession]:
    """The chapter without a database."""
    with walking("01_hello", runner) as walk:
        yield walk


@pytest.fixture
def store(runner: Runner) -> Iterator[NotebookSession]:
    """The chapter with a database."""
    with walking("02_store", runner) as walk:
        yield walk


def text(shown: Shown) -> str:
    """What a person reads of the HTML."""
    lines = re.sub(r"</div>|</tr>", "\n", shown.html)
    return html.unescape(re.sub(r"<[^>]+>", "", lines))
