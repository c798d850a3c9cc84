"""Reads a notebook as stored, without running it, and says what it must not or does not yet have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from workbook.course import Chapter
from workbook.notebooks import questions, slides
from workbook.notebooks.canonical import IGNORED, RAISES, Cell, canonical, joined, tags
from workbook.notebooks.comparison import code_cells, first_line, where
from workbook.notebooks.execution import read
from workbook.system.errors import UserError

SKIP = "nbval-skip"
MARKERS = re.compile(r"^\s*#\s*(NBVAL_\w+|PYTEST_VALIDATE_IGNORE_OUTPUT)\s*$", re.MULTILINE)
EXERCISE = re.compile(r"^## .*\bexercise\b", re.MULTILINE | re.IGNORECASE)
SECTION = re.compile(r'"([^"]+)" in the notebook')  # how a hint names a section

# What is true on one machine only. An output with one of these is another output tomorrow, or elsewhere.
LOCAL = {
    "a path of this machine": re.compile(
        r"(?<![\w.:/])(?:/(?:home|Users|root|private|tmp|var|opt|work|mnt)/\w|[A-Za-z]:\\\w)|site-packages"
    ),
    "a port": re.compile(
        r"(?:(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):|\bport[ =:]+)(?!(?:8000|543[23])\b)\d{4,5}",
        re.I,
    ),
    "a password": re.compile(r"\w+://[^\s/:@]+:(?!\*+@)[^\s/@]+@"),
    "an address in memory": re.compile(r"\bat 0x[0-9a-f]{6,}", re.I),
    "colour codes of a terminal": re.compile(r"\x1b\["),
}


HOW = "Run the cells from the top with Shift+Enter. The first cell sets up the chapter. Run it again to start over."
SLOWER = 1.5  # what a class needs, against the fastest reader


def header(chapter: Chapter) -> str:
    """How the first cell of the chapter's notebook begins: title, minutes, objectives, how to run it."""
    objectives = "\n".join(f"- {objective}" for objective in chapter.objectives)
    return (
        f"# {chapter.title}\n\n"
        f"*{_span(chapter.minutes.walk)} minutes to walk through, "
        f"{_span(chapter.minutes.exercise)} minutes for the exercise.*\n\n"
        f"After it you can:\n\n{objectives}\n\n{HOW}"
    )


def _span(minutes: int) -> str:
    """From what a quick reader needs to what a class needs."""
    return f"{minutes}\N{EN DASH}{for_a_class(minutes)}"


def for_a_class(minutes: int) -> int:
    """What a class needs where a quick reader needs so many minutes, in steps of five."""
    return 5 * round(minutes * SLOWER / 5)


def lint(path: Path, chapter: Chapter | None = None) -> list[str]:
    """Findings, one sentence each with its cure; empty when there is none.

    With `chapter`, the notebook is also held to what `chapter.toml` says of it.
    """
    try:
        notebook = read(path)
    except UserError as error:
        return [f"{error.what} {error.todo}"]
    findings = [] if chapter is None else list(_course_findings(path, notebook["cells"], chapter))
    cure = f"run `workbook dev notebooks {path.stem[:2]}`."
    taken: set[str] = set()
    for place, cell in enumerate(notebook["cells"], start=1):
        if not cell.get("id") or cell["id"] in taken:
            findings.append(f"{path.name}: cell {place} ({first_line(cell)}) has no id of its own: {cure}")
        taken.add(cell.get("id", ""))
    for place, cell in enumerate(code_cells(canonical(notebook)), start=1):
        findings += [f"{where(path, place, cell)}: {said}" for said in _outputs_findings(cell, cure)]
    for place, cell in enumerate(code_cells(notebook), start=1):
        findings += [f"{where(path, place, cell)}: {said}" for said in _cell_findings(cell, place, cure)]
    found = [*questions.findings(notebook["cells"]), *(slides.findings(notebook["cells"]) if chapter else ())]
    places = {id(cell): number for number, cell in enumerate(notebook["cells"], start=1)}
    findings += [f"{path.name}, cell {places[id(cell)]} ({first_line(cell)}): {said}" for cell, said in found]
    return findings


def _course_findings(path: Path, cells: list[Cell], chapter: Chapter) -> Iterator[str]:
    first = joined(cells[0]["source"]) if cells and cells[0]["cell_type"] == "markdown" else ""
    for line in header(chapter).splitlines():
        if line and line not in first.splitlines():
            yield f"{path.name}: its first cell lacks the line `{line}`, which follows from its chapter.toml."
    text = "\n".join(joined(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    if not EXERCISE.search(text):
        yield f"{path.name}: it has no section on the exercise: write a heading `## The exercise`."
    headings = {line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("#")}
    for section in (name for hint in chapter.exercise.hints for name in SECTION.findall(hint)):
        if section not in headings:
            yield f"{path.name}: a hint sends the learner to “{section}”, and no heading says that."


def _cell_findings(cell: Cell, place: int, cure: str) -> Iterator[str]:
    source, its_tags = joined(cell["source"]), tags(cell)
    if not source.strip():
        yield "an empty cell: remove it."
    elif type(count := cell.get("execution_count")) is not int:
        yield f"it was never run: {cure}"
    elif count != place:
        yield f"it was run as number {count}, not {place}: {cure}"
    if SKIP in its_tags:
        yield f"the tag {SKIP} is not allowed: a cell that is not run proves nothing."
    if marker := MARKERS.search(source):
        yield f"`# {marker[1]}` in the source: use the cell's tags instead."
    if IGNORED in its_tags and not str(cell["metadata"].get("reason", "")).strip():
        yield f"its output is ignored, and nothing says why: put a `reason` beside the tag {IGNORED}."
    if IGNORED not in its_tags and cell["metadata"].get("reason"):
        yield f"it gives a reason for ignoring, and has not the tag {IGNORED}."


def _outputs_findings(cell: Cell, cure: str) -> Iterator[str]:
    for output in cell["outputs"]:
        kind = output["output_type"]
        if kind == "error" and RAISES not in tags(cell):
            yield f"it ended in {output['ename']}: mend it, or tag it {RAISES}; then {cure}"
        if kind == "stream" and output["name"] == "stderr" and IGNORED not in tags(cell):
            yield "it writes to stderr (a warning?): nothing of that belongs into a lesson."
        for text in _texts(output):
            for what, pattern in LOCAL.items():
                if found := pattern.search(text):
                    yield f"its output shows {what} (`{found[0]}`), which differs from machine to machine."
        if kind in ("display_data", "execute_result") and "text/plain" not in output["data"]:
            yield "what it shows has no plain-text twin."
    if RAISES in tags(cell) and not any(output["output_type"] == "error" for output in cell["outputs"]):
        yield f"it is tagged {RAISES}, and raised nothing: {cure}"


def _texts(output: Cell) -> Iterator[str]:
    match output["output_type"]:
        case "stream":
            yield joined(output["text"])
        case "error":
            yield f"{output['evalue']}\n" + "\n".join(output["traceback"])
        case _:
            yield from (joined(value) for mime, value in output["data"].items() if mime.startswith("text/"))
