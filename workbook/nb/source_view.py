"""Shows the chapter's files in a notebook: the source of a symbol, and what the chapter changed."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path

from workbook.chapters import changes as changing
from workbook.chapters import difference
from workbook.chapters.symbols import defined, lines_of
from workbook.course import Chapter
from workbook.nb.colour import coloured, coloured_lines, language
from workbook.nb.notebook_session import current
from workbook.nb.rendering import EDGE, FAINT, GREEN, RED, Shown, panel
from workbook.system.errors import UserError

_HUNK = re.compile(r"@@ -(?P<old>\d+)(?:,\d+)? \+(?P<new>\d+)(?:,\d+)? @@")
BETWEEN = f"{FAINT};border-style:dashed;border-width:1px 0 0 0;{EDGE};margin-top:.3em"
_TINTS = {"+": "rgba(46,160,67,.18)", "-": "rgba(248,81,73,.18)"}


Swap = Mapping[str, Mapping[str, str]]  # by file: what stands there, and what shall stand there instead


def show(file: str, *symbols: str, of: str | None = None, swap: Swap | None = None) -> Shown:
    """The source of a file of the chapter, or of some of its symbols: `create_user`, `UserInfo`, `UserInfo.username`.

    `of` is the name of another chapter to take the file from; `swap` shows it with pieces of its text replaced.
    A file at the top of the workbook, such as `docker-compose.yml`, can be shown too.
    Raises `UserError` where there is no such file, or no such symbol at its top.
    """
    source = read(file, of=of)
    if swap and file in swap:
        source = _swapped(source, swap[file], file)
    code = "\n\n\n".join(_symbol(source, symbol, file) for symbol in symbols) if symbols else source.rstrip("\n")
    return Shown(f"# {file}\n{code}", panel(coloured(code, language(file)), title=file))


def read(file: str, of: str | None = None) -> str:
    """The text of a file of the chapter, or of the chapter `of`."""
    chapter = current().course.find(of) if of else current().chapter
    text = _text(chapter.folder / file) or _text(chapter.root / file)
    if text is None:
        raise UserError(f"{chapter.slug} has no file {file}.", "Name it as the chapter's folder does.")
    return text


def swapped_in(folder: Path, file: str, pieces: Mapping[str, str]) -> str:
    """The text of a file in `folder` with its pieces replaced."""
    return _swapped(_text(folder / file) or "", pieces, file)


def _swapped(text: str, pieces: Mapping[str, str], file: str) -> str:
    for old, new in pieces.items():
        if text.count(old) != 1:
            raise UserError(f"{file} has {old!r} {text.count(old)} times.", "Name a piece that it has once.")
        text = text.replace(old, new)
    return text


def changes(file: str | None = None) -> Shown:
    """What the chapter changed in one file against the chapter before it; without a file, which files and how much."""
    chapter = current().chapter
    before = current().course.before(chapter)
    if before is None:
        raise UserError(f"{chapter.slug} grew from no other chapter.", "There is nothing before it: use show(...).")
    if file is None:
        return _summary(before, chapter)
    old, new = (_text(one.folder / file) for one in (before, chapter))
    diff = difference.of_file(file, old, new)
    if not diff:
        raise UserError(f"{chapter.slug} does not change {file}.", "`changes()` lists the files that it changes.")
    hunks = diff[diff.index("@@") :].rstrip("\n")
    return Shown(f"# {file}\n{hunks}", panel(_coloured_diff(hunks, file, old or "", new or ""), title=file))


def _summary(before: Chapter, chapter: Chapter) -> Shown:
    counts = {}
    for file, diff in changing.changes(current().course, chapter).items():
        signs = [line[0] for line in difference.touched(diff)]
        counts[file] = (signs.count("+"), signs.count("-"))
    width = max(map(len, counts), default=0)
    plain = "\n".join(f"{file:{width}}  +{added} -{removed}" for file, (added, removed) in counts.items())
    html = "\n".join(
        f'{file:{width}}  <span style="{GREEN}">+{added}</span> <span style="{RED}">-{removed}</span>'
        for file, (added, removed) in counts.items()
    )
    return Shown(plain, panel(html, title=f"what changed since {before.slug}"))


def _coloured_diff(hunks: str, file: str, old: str, new: str) -> str:
    kind = language(file)
    sides = {"-": coloured_lines(old, kind), "+": coloured_lines(new, kind)}
    places = {"-": 0, "+": 0}
    made: list[str] = []
    for line in hunks.splitlines():
        if hunk := _HUNK.match(line):
            places = {"-": int(hunk["old"]) - 1, "+": int(hunk["new"]) - 1}
            made += [f'<div style="{BETWEEN}">line {hunk["new"]}</div>'] if made else []
            continue
        sign = line[0]
        if sign not in "+- ":
            continue  # "\ No newline at end of file"
        text = sides["-" if sign == "-" else "+"][places["-" if sign == "-" else "+"]]
        for side in "-+" if sign == " " else sign:
            places[side] += 1
        tint = f"background:{_TINTS[sign]};" if sign != " " else ""
        made.append(f'<div style="{tint}min-height:1.45em">{sign} {text}</div>')
    return f'<div style="display:inline-block;min-width:100%">{"".join(made)}</div>'  # tinted to the end of a long line


def _text(file: Path) -> str | None:
    return difference.read(file) if file.is_file() else None


def _symbol(source: str, symbol: str, file: str) -> str:
    """The lines of one class, function or assignment, with its decorators, moved to the left margin."""
    body = ast.parse(source).body
    node: ast.stmt | None = None
    for name in symbol.split("."):
        node = next((one for defines, one in defined(body) if defines == name), None)
        body = getattr(node, "body", [])
    if node is None:
        raise UserError(f"{file} has no {symbol}.", "Name a class, a function or an assignment of it.")
    lines = source.splitlines()
    return "\n".join(lines[number - 1][node.col_offset :] for number in lines_of(node))
