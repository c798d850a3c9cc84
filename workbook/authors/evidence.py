"""What a figure is, and which figures a code cell proves."""

from __future__ import annotations

import re
from functools import cache

from workbook.notebooks.canonical import IGNORED, Cell, joined, tags

WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
WORDS |= {"eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100}
WORD = rf"(?i:\b(?:{'|'.join(WORDS)})\b)"
NUMBER = r"\d+(?:[,.]\d+)*"
STATE = r"\b(?=\d+[A-Z])[\dA-Z]{5}\b"  # an SQLSTATE with letters, as in 42P01
FIGURE = re.compile(rf"{STATE}|(?<![\w.:]){NUMBER}(?!\w*\d)(?!:\d|\s?[ap]\.m\.)|{WORD}")  # the time of day is none
PROOF = re.compile(rf"{STATE}|(?<![A-Za-z\d.]){NUMBER}(?![A-Za-z])|{WORD}")
COUNT = re.compile(rf"({NUMBER}|{WORD})\W{{1,3}}([A-Za-z]+)")  # how many of what
NO_PROOF = re.compile(r"\bline \d+|^@@ .*? @@|^ *\d+\. ", re.MULTILINE)  # where something stands


def normal(figure: str) -> str:
    """1,000 and 1000, 05 and 5, 2.50 and 2.5, two and 2 are the same figure."""
    if figure.lower() in WORDS:
        return str(WORDS[figure.lower()])
    digits = re.sub(r",(?=\d{3})", "", figure)
    whole, point, rest = digits.partition(".")
    rest = rest.rstrip("0") if rest.isdigit() else rest
    return f"{whole.lstrip('0') or '0'}{point if rest else ''}{rest}"


def counted(figure: str, what: str) -> str:
    """How many of what, in one notation: `two clients` and `2 client` are the same."""
    return f"{normal(figure)} {what.lower().removesuffix('s')}"


def evidence(cell: Cell) -> str:
    """What a code cell says: its source, and its output where that is compared; of a picture the text beside it."""
    texts = [joined(cell["source"])]
    for output in cell["outputs"] if IGNORED not in tags(cell) else ():
        shown = output.get("text"), output.get("data", {}).get("text/plain"), output.get("evalue")
        texts += [joined(text) for text in shown if text]
    return NO_PROOF.sub("", "\n".join(texts))


@cache
def proven(text: str) -> frozenset[str]:
    """The figures in a piece of evidence, as `200`, and what they count, as `2 client`."""
    return frozenset({normal(one) for one in PROOF.findall(text)} | {counted(*one) for one in COUNT.findall(text)})


def proven_by(cell: Cell) -> frozenset[str]:
    """The same for a code cell, and how many lines its source has."""
    lines = sum(bool(line.strip()) for line in joined(cell["source"]).split("\n"))
    return proven(evidence(cell)) | {counted(str(lines), "lines")}
