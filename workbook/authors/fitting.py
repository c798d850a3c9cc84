"""Makes a change to one text in another copy of it, whose lines may have moved or changed around it."""

from __future__ import annotations

import ast
import tempfile
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Literal

from workbook.authors import git
from workbook.authors.git import Change
from workbook.chapters import difference

# loosely: with less context than three lines; carried: it is in already; worded: the copy keeps words of its own
How = Literal["applied", "loosely", "carried", "worded"]


@dataclass(frozen=True)
class Fit:
    """A change fitted to another copy of the file: how that went, and the copy's two texts around it."""

    how: How
    change: Change


def fit(change: Change, text: str | None) -> Fit | None:
    """Make the same change in another copy of the file, whose text is `text`; None where it does not fit.

    Full context first, then as two people's changes to one text are merged, then one line of context, then the
    replaced lines alone where they are there once. Where the change fits forwards and backwards alike, nobody can know
    whether it is in already: then it does not fit.
    """
    if text == change.after:
        return Fit("carried", change)
    if text == change.before:
        return Fit("applied", change)
    if text is None or change.before is None or change.after is None:
        return None
    patch = difference.of_file("file", change.before, change.after)
    closely, loosely = ([_applied(text, patch, f"-C{lines}", *way) for way in ((), ("--reverse",))] for lines in (3, 1))
    if None not in closely or None not in loosely:
        return None
    both = merged(change.before, text, change.after)
    alone = _in_the_only_place(change.before, change.after, text)
    ways: tuple[tuple[How, str | None], ...] = (
        *(("applied", closely[0]), ("carried", closely[1])),
        ("carried" if both == text else "applied", both),
        *(("loosely", loosely[0]), ("carried", loosely[1]), ("loosely", alone)),
    )
    how, found = next((way for way in ways if way[1] is not None), ("loosely", None))
    if found is None:
        return None
    if how != "carried":
        return Fit(how, Change(text, found))
    return Fit(how, change if found == text else Change(found, text))


def fit_words(path: str, change: Change, text: str | None) -> Fit | None:
    """Make a change of docstrings and comments alone, where the copy has not put them into words of its own."""
    if text is None or change.before is None or change.after is None or not path.endswith(".py"):
        return None
    code = _code(change.before)
    if code is None or code != _code(change.after):
        return None
    both = merged(change.before, text, change.after, "--ours")
    return Fit("worded", Change(text, both)) if both is not None else None


def _code(text: str) -> str | None:
    """What the text does, as one string; None where it is not valid Python."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = node.body[ast.get_docstring(node) is not None :]
    return ast.dump(tree)


def _in_the_only_place(before: str, after: str, text: str) -> str | None:
    """Each replaced piece put in the place of the same lines, wherever they are; None unless that is one place."""
    old, new = difference.lines(before), difference.lines(after)
    for how, start, end, begin, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[start:end]), "".join(new[begin:stop])
        if how == "equal":
            continue
        if how != "replace" or f"\n{text}".count(f"\n{gone}") != 1 or f"\n{text}".count(f"\n{come}"):
            return None
        text = f"\n{text}".replace(f"\n{gone}", f"\n{come}")[1:]
    return text


def merged(base: str, ours: str, theirs: str, *options: str) -> str | None:
    """Both changes to `base` in one text; None where they meet in the same lines, unless `options` say who wins."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in (("ours", ours), ("base", base), ("theirs", theirs)):
            (folder / file).write_text(text, encoding="utf-8", newline="\n")
        done = git.run(folder, "merge-file", "--stdout", *options, "ours", "base", "theirs")
        return done.stdout if done.returncode == 0 else None


def _applied(text: str, patch: str, *options: str) -> str | None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "file").write_text(text, encoding="utf-8", newline="\n")
        (folder / "patch").write_text(patch, encoding="utf-8", newline="\n")
        done = git.run(folder, "apply", "--whitespace=nowarn", *options, "patch")
        return difference.read(folder / "file") if done.returncode == 0 else None
