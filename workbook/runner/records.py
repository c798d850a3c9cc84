"""Reads the records that `workbook_plugin` wrote, as far as it came."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Record = dict[str, Any]
LARGEST = 64 * 1024**2  # bytes read; a run that writes more is judged by what came first


def read_records(file: Path) -> list[Record]:
    """All whole lines; a last line that was cut off by a kill is left out. No file: no records."""
    try:
        with file.open("rb") as stream:
            lines = stream.read(LARGEST).split(b"\n")
    except OSError:
        return []
    records: list[Record] = []
    for line in lines[:-1]:
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict) and isinstance(record.get("kind"), str):
            records.append(record)
    return records
