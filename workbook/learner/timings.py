"""How long each test file of a chapter took last time, so that a check can be shared out evenly."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from workbook.course import Chapter
from workbook.runner import Outcome
from workbook.system.state_files import StateFile

Timings = dict[str, dict[str, float]]  # seconds by chapter and by file, as in `tests/test_crud.py`


def seconds(chapter: Chapter) -> dict[str, float]:
    """Seconds by file; empty where nothing is remembered, or nothing that can be read."""
    return (_state.read_or_tell(chapter.root) or {}).get(chapter.slug, {})


def remember(chapter: Chapter, outcomes: Sequence[Outcome]) -> None:
    """Keep what these took. It is a convenience: where it cannot be written, it is forgotten."""
    took: dict[str, float] = {}
    for one in outcomes:
        test_file = one.test.partition("::")[0]
        took[test_file] = took.get(test_file, 0.0) + one.seconds
    known = _state.read_or_tell(chapter.root) or {}
    known[chapter.slug] = known.get(chapter.slug, {}) | {one: round(spent, 3) for one, spent in took.items()}
    _state.write_or_tell(chapter.root, json.dumps(known), durable=False)


def _timings(text: str) -> Timings:
    return {slug: {file: float(took) for file, took in files.items()} for slug, files in json.loads(text).items()}


_state = StateFile(".workbook/seconds.json", "How long tests took", _timings)
FILE = Path(_state.place)
