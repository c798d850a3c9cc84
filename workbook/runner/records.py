"""Reads the records that `workbook_plugin` wrote, as far as it came."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

Record = dict[str, Any]
LARGEST = 64 * 1024**2  # bytes read; a run that writes more is judged by what came first


def read_records(file: Path, folder: Path) -> list[Record]:
    """All whole lines; a last line that was cut off by a kill is left out. No file: no records.

    What differs from run to run is taken out of every text: the folder's own path, addresses of objects, worker names.
    """
    try:
        with file.open("rb") as stream:
            lines = stream.read(LARGEST).split(b"\n")
    except OSError:
        return []
    records: list[Record] = []
    for line in lines[:-1]:
        try:
            record = json.loads(line, object_hook=lambda entry: steady(entry, folder))
        except ValueError:
            continue
        if isinstance(record, dict) and isinstance(record.get("kind"), str):
            records.append(record)
    return records


def steady(entry: Record, folder: Path) -> Record:
    return {key: _steady(value, folder) if isinstance(value, str) else value for key, value in entry.items()}


def _steady(text: str, folder: Path) -> str:
    text = text.replace(f"{folder}{os.sep}", "")
    text = re.sub(r" at 0x[0-9A-Fa-f]+", "", text)
    return re.sub(r"^\[gw\d+\] .*\n", "", text, flags=re.MULTILINE)
