"""Make the screenshots of the documentation again: `python docs/screenshots.py`, in the activated .venv.

Needs Chromium or Chrome on PATH. The browser is refused every address but this machine's.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from workbook import course, notebooks  # noqa: E402
from workbook.course import Chapter  # noqa: E402
from workbook.learner import checking, desk  # noqa: E402
from workbook.learner.checking import Check  # noqa: E402
from workbook.runner import Runner  # noqa: E402
from workbook.serving import jupyterlab  # noqa: E402
from workbook.watch.screen import View, draw  # noqa: E402

IMAGES = ROOT / "docs" / "images"
FIRST = "01_ping"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
ALONE = (
    "--headless",
    "--no-sandbox",  # in a container there is no other way
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--virtual-time-budget=10000",
)


def browser() -> str | None:
    """The browser's program; None where there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def browse(address: str, *options: str) -> str:
    """Open `address` in the browser, without a network, and return what it prints."""
    program = browser()
    if program is None:
        sys.exit("✗ No browser was found.\n  Install Chromium, then run the same command again.")
    with tempfile.TemporaryDirectory(prefix="workbook-browser-", ignore_cleanup_errors=True) as profile:
        command = [program, *ALONE, f"--user-data-dir={profile}", *options, address]
        return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=True).stdout


@contextmanager
def served(chapter: str) -> Iterator[str]:
    """A chapter's app as `workbook serve` serves it; yields its address."""
    command = [sys.executable, "-m", "workbook", "serve", chapter]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    ) as process:
        address = ""
        try:
            for line in process.stdout or ():
                if found := re.search(r"(http://\S+)/docs", line):
                    address = found[1]
                if "Application startup complete" in line:
                    break
            for _ in range(100):  # it listens a moment later
                with suppress(URLError):
                    urlopen(address + "/openapi.json").close()
                    break
                time.sleep(0.05)
            yield address
        finally:
            process.terminate()


def page_of(notebook: str, *headings: str) -> str:
    """A notebook as an HTML page, as JupyterLab shows it: the cells with these headings, each with the next code."""
    import nbformat
    from nbconvert import HTMLExporter

    stored = nbformat.read(ROOT / "notebooks" / notebook, as_version=4)
    kept, wanted = [], False
    for cell in stored.cells:
        wanted = wanted or cell.source.startswith(tuple(f"## {heading}" for heading in headings))
        if wanted:
            kept.append(cell)
            wanted = cell.cell_type != "code"
    stored.cells = kept
    exporter = HTMLExporter(template_name="lab", require_js_url="", mathjax_url="", jquery_url="")
    return str(exporter.from_notebook_node(stored)[0])


@contextmanager
def opened() -> Iterator[Chapter]:
    """Chapter 01 with a copy on the desk, in a course of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        root = Path(temporary).resolve()
        for name in ("chapters", "solutions", "notebooks"):
            shutil.copytree(ROOT / name, root / name)
        shutil.copy(ROOT / "course.toml", root)
        chapter = course.load(root).find("01")
        desk.open_copy(chapter)
        yield chapter


def learner() -> Iterator[Check]:
    """What a learner gets on chapter 01 before and after the exercise is done."""
    with opened() as chapter, Runner() as runner:
        yield checking.check(chapter, runner)
        shutil.copytree(chapter.solution, chapter.desk, dirs_exist_ok=True)
        yield checking.check(chapter, runner)


@contextmanager
def notebook_server() -> Iterator[str]:
    """A real JupyterLab with a notebook in which a learner has just run `%check`; yields its address."""
    title = "## The exercise\n\n`%check` judges your copy without leaving the page."
    codes = [f'from workbook.nb import chapter\n\nchapter("{FIRST}")', "%check"]
    cells = [{"cell_type": "markdown", "metadata": {}, "source": title}]
    cells += [{"cell_type": "code", "metadata": {}, "source": code, "outputs": []} for code in codes]
    with opened() as chapter, pytest.MonkeyPatch.context() as patch:
        root, path = chapter.root, chapter.notebook
        patch.setenv("WORKBOOK_ROOT", str(root))
        notebooks.write(path, notebooks.execute(path, {"cells": cells, "metadata": {}, "nbformat": 4}))
        running, process = jupyterlab.start(root, "/lab", None)
        try:
            yield running.page(f"/doc/tree/notebooks/{path.name}")
        finally:
            running.shut_down()
            process.wait()


def terminal(check: Check) -> str:
    """The screen of `workbook watch` with this verdict, in a terminal of 80 columns, as an SVG."""
    screen = Console(
        width=80, height=25, record=True, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    screen.print(draw(View(course.load(ROOT).find("01"), judged=check), screen))
    return screen.export_svg(title="workbook watch 01", theme=SVG_EXPORT_THEME)


def shoot(page: str, text: str, image: str, width: int, height: int) -> None:
    """A screenshot of a page that is in no file yet, at twice its size."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / page
        file.write_text(text, encoding="utf-8")
        photograph(file.as_uri(), image, width, height)


def photograph(address: str, image: str, width: int, height: int) -> None:
    """A screenshot of a page, at twice its size."""
    size = (f"--window-size={width},{height}", "--force-device-scale-factor=2")
    browse(address, *size, f"--screenshot={IMAGES / image}")
    print(f"✓ docs/images/{image}")


def main() -> None:
    """Make each of them."""
    IMAGES.mkdir(exist_ok=True)
    shoot("page.html", page_of("04_registration.ipynb", "Green", "And once more"), "green_then_red.png", 900, 850)
    for check, (image, height) in zip(learner(), (("watch_red", 670), ("watch_green", 472)), strict=True):
        shoot("page.html", f'<body style="margin:0">{terminal(check)}</body>', f"{image}.png", 1010, height)
    with notebook_server() as address:
        photograph(address, "check_in_jupyterlab.png", 1000, 720)
    with served("01") as address:
        photograph(f"{address}/docs#/default/ping_ping_get", "swagger_ui.png", 1000, 1060)


if __name__ == "__main__":
    main()
