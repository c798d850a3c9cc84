"""Reads the records that `workbook_plugin` wrote, as far as it came."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePath, PureWindowsPath
from typing import Any

Record = dict[str, Any]
# The file in a line of a traceback, as pytest, Python and a fixture that is not found tell it.
PLACE = re.compile(r'^(?!E )\S.*?(?=:\d+: )|(?<=File ").+?(?=", line \d)|(?<=^file ).+?(?=, line \d)', re.MULTILINE)
LARGEST = 64 * 1024**2  # bytes read; a run that writes more is judged by what came first


def read_records(file: Path, folder: Path) -> list[Record]:
    """All whole lines; a last line that was cut off by a kill is left out. No file: no records.

    What differs from run to run is taken out of every text: the folder's own path, addresses of objects, worker names.
    What differs from system to system, too: the files of a traceback have forward slashes.
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


def steady(entry: Record, folder: PurePath) -> Record:
    return {key: _steady(value, folder) for key, value in entry.items()}


def _steady(value: Any, folder: PurePath) -> Any:
    if isinstance(value, list):
        return [_steady(one, folder) for one in value]
    return _of_text(value, folder) if isinstance(value, str) else value


def _of_text(text: str, folder: PurePath) -> str:
    if isinstance(folder, PureWindowsPath):
        text = PLACE.sub(lambda found: found[0].replace("\\", "/"), text)
    text = text.replace(f"{folder}\\", "").replace(f"{folder.as_posix()}/", "")
    text = re.sub(r" at 0x[0-9A-Fa-f]+", "", text)
    return re.sub(r"^\[gw\d+\] .*\n", "", text, flags=re.MULTILINE)
