"""How long each test file of a chapter took last time, so that a check can be shared out evenly."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from workbook.course import Chapter
from workbook.runner import Outcome
from workbook.system import files

FILE = Path(".workbook") / "seconds.json"


def seconds(chapter: Chapter) -> dict[str, float]:
    """Seconds by file, as in `tests/test_crud.py`; empty where nothing is remembered, or nothing that can be read."""
    remembered = _read(chapter).get(chapter.slug)
    entries = remembered.items() if isinstance(remembered, dict) else ()
    return {file: float(took) for file, took in entries if isinstance(took, int | float)}


def remember(chapter: Chapter, outcomes: Sequence[Outcome]) -> None:
    """Keep what these took. It is a convenience: where it cannot be written, it is forgotten."""
    took: dict[str, float] = {}
    for one in outcomes:
        test_file = one.test.partition("::")[0]
        took[test_file] = took.get(test_file, 0.0) + one.seconds
    known = _read(chapter)
    known[chapter.slug] = seconds(chapter) | {one: round(spent, 3) for one, spent in took.items()}
    file = chapter.root / FILE
    with suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        files.write(file, json.dumps(known), durable=False)


def _read(chapter: Chapter) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        known = json.loads((chapter.root / FILE).read_text(encoding="utf-8"))
        if isinstance(known, dict):
            return known
    return {}
