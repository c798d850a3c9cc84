"""Words that prose for learners does without, each with what to write instead."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SIMPLE = "what is simple to the writer is not to the reader"
PLACE = "say that it is there"
WORDS = {
    r"simply|just|obviously": SIMPLE,
    r"anew": "write again, or from the start",
    r"who(?:so)?ever|whomever": "write anyone who, or name them",
    r"nobody": "write no one, or say who doesn't",
    r"shall": "write should, or will",
    r"by and by": "write gradually",
    r"for ever": "write forever, or always",
    r"hence|thereby|whereby|wherein": "write so, or which is why",
    r"(?:is|are) told": "say who gets to know it",
    r"go(?:es)? out": "say what is sent, or returned",
    r"stands? (?:in|there|on|under|beside|between|above|below)|stood (?:in|there)": PLACE,
    r"l(?:ies?|ay|ays) (?:in|there|on|under|beside|between)": PLACE,
}
BANNED = re.compile("|".join(rf"(?P<n{place}>\b(?:{words})\b)" for place, words in enumerate(WORDS)), re.IGNORECASE)
ADVICE = tuple(WORDS.values())
SAID = ("commands", "learner", "nb", "postgres", "report", "runner", "serving", "setup", "system", "watch")
HELP = "commands"  # where a docstring is what `--help` says


def findings(name: str, text: str) -> Iterator[str]:
    """Each of those words in `text`, as a sentence that says where, and what to write."""
    for found in BANNED.finditer(text):
        yield f"{name} says {found[0]!r}: {ADVICE[int(str(found.lastgroup)[1:])]}."


def said(program: Path) -> Iterator[tuple[str, str]]:
    """What each module of the command says to people, as a name and a text: verdicts, errors and `--help`."""
    for folder in SAID:
        for file in sorted((program / folder).rglob("*.py")):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            own = set() if folder == HELP else _docstrings(tree)
            texts = [
                one.value
                for one in ast.walk(tree)
                if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in own
            ]
            yield file.relative_to(program.parent).as_posix(), "\n\n".join(text for text in texts if " " in text)


def _docstrings(tree: ast.Module) -> set[int]:
    """The constants that only a reader of the code sees."""
    bodies = [tree.body, *(one.body for one in ast.walk(tree) if isinstance(one, ast.ClassDef | ast.FunctionDef))]
    first = [body[0] for body in bodies if body]
    return {id(one.value) for one in first if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)}
