"""Reads Markdown for what it names: code spans, commands in fences, links, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

FENCE = re.compile(r"^(?P<mark>`{3,}|~{3,})[^\n]*\n(?P<body>.*?)^(?P=mark)\s*$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(?<!`)(`+)(?!`)(?P<code>.+?)(?<!`)\1(?!`)", re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)[^)]*\)|<(?:img|a)\b[^>]*?(?:src|href)=\"(?P<html>[^\"]+)\"")
HEADING = re.compile(r"^#{1,6}\s+(?P<text>.+?)\s*$", re.MULTILINE)
COMMAND = re.compile(r"^(?:[A-Z_]+=\S+\s+)*(?:(?:python3?(?:\.\d+)?|py)\s+-m\s+)?workbook(?=\s|$)(?P<rest>.*)$")
ENDS = re.compile(r"\s(?:#|&&|\|\||;|>|\|)\s?")  # what a shell reads after the command


@dataclass(frozen=True)
class Prose:
    """A piece of Markdown and where it stands, for messages."""

    where: str
    text: str

    @property
    def fences(self) -> list[str]:
        """The lines inside code fences."""
        return [line for fence in FENCE.finditer(self.text) for line in fence["body"].splitlines()]

    @property
    def spans(self) -> list[str]:
        """What stands in backticks in running text, on one line each."""
        running = FENCE.sub("", self.text)
        return [" ".join(span["code"].split()) for span in SPAN.finditer(running)]

    @property
    def links(self) -> list[str]:
        """The targets of links and images."""
        running = SPAN.sub("", FENCE.sub("", self.text))
        return [link["target"] or link["html"] for link in LINK.finditer(running)]

    @property
    def anchors(self) -> set[str]:
        """What `#…` may point at: the headings as GitHub writes them in an address."""
        headings = HEADING.findall(FENCE.sub("", self.text))
        return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

    @property
    def commands(self) -> list[str]:
        """Each call of `workbook`, in a fence or in backticks, without the words before `workbook` and the comment.

        A choice is written out: `carry [--continue|--abort]` is three commands.
        """
        found = []
        for line in (*self.fences, *self.spans):
            if match := COMMAND.match(line.strip().removeprefix("$ ")):
                found += _choices(ENDS.split(match["rest"] + " ")[0].strip())
        return found


def _choices(command: str) -> Iterator[str]:
    bracket = re.search(r"\s*\[(?P<inner>[^\]]*)\]", command)
    if bracket is None:
        yield command
        return
    for choice in ("", *(f" {one.strip()}" for one in bracket["inner"].split("|"))):
        yield from _choices((command[: bracket.start()] + choice + command[bracket.end() :]).strip())
