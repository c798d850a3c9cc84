"""Reads the corpus: one folder for each mistake, its files, and in `case.toml` what must come of it."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

from toys import TOY

from workbook import course

CORPUS = Path(__file__).parent / "corpus"
TOYS = course.load(TOY)
SYSTEMS = {"linux": sys.platform == "linux", "posix": sys.platform != "win32"}


def declared(name: str) -> dict[str, Any]:
    """What a case says of itself."""
    return tomllib.loads((CORPUS / name / "case.toml").read_text(encoding="utf-8"))


def cases(*, desk: bool) -> list[str]:
    """The cases of a bare run, or those of the learner's copy, that can happen on this system."""
    names = [file.parent.name for file in sorted(CORPUS.glob("*/case.toml"))]
    return [
        name
        for name in names
        if declared(name).get("desk", False) == desk and SYSTEMS.get(declared(name).get("only", ""), True)
    ]
