"""What changed between two folders, as unified diffs in git's form, made without git."""

from __future__ import annotations

import difflib
import hashlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from workbook.system import leftovers
from workbook.system.errors import UserError

NO_NEWLINE = "\\ No newline at end of file"  # stands below a line that is the file's last and does not end


def texts(folder: Path, *, without: tuple[str, ...] = ()) -> dict[str, str]:
    """The text of every file in the folder by its path with forward slashes, sorted; {} where there is no folder.

    Leftovers are left out, and so is what lies at or under the paths in `without`.
    Raises `UserError` for a file that is not UTF-8 text.
    """
    return {path: read(file) for path, file in files(folder, without=without).items()}


def files(folder: Path, *, without: tuple[str, ...] = ()) -> dict[str, Path]:
    """Where every such file is, by its path in the folder; sorted, {} where there is no folder."""
    found = {file.relative_to(folder): file for file in leftovers.files(folder)}
    kept = {path.as_posix(): file for path, file in found.items() if not any(map(path.is_relative_to, without))}
    return dict(sorted(kept.items()))


def read(file: Path) -> str:
    """The text of one file, its line ends as `\\n`; raises `UserError` where it is not UTF-8."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{file} is not UTF-8 text ({error.reason}).", "Save it as UTF-8, or take it away.") from None


def between(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> dict[str, str]:
    """The diff of every file that differs, by its path, sorted by path."""
    parts = {path: of_file(path, before.get(path), after.get(path)) for path in sorted({*before, *after})}
    return {path: part for path, part in parts.items() if part}


def of_file(path: str, before: str | None, after: str | None) -> str:
    """The diff of one file; `None` stands for "there is no such file". Empty where nothing differs."""
    if before == after:
        return ""
    head = f"diff --git a/{path} b/{path}\n"
    if before is None:
        head += "new file mode 100644\n"
    elif after is None:
        head += "deleted file mode 100644\n"
    old = "/dev/null" if before is None else f"a/{path}"
    new = "/dev/null" if after is None else f"b/{path}"
    body = difflib.unified_diff(lines(before or ""), lines(after or ""), old, new)
    return head + "".join(_ended(line) for line in body)


def new_file(path: str, text: str) -> str:
    """The head of the diff that adds a file, as git writes it; a fingerprint says which text, which is left out."""
    data = text.encode()
    blob = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
    return f"diff --git a/{path} b/{path}\nnew file mode 100644\nindex 0000000..{blob[:12]}\n"


def split(diff: str) -> dict[str, str]:
    """Take a diff of several files apart again: each file's own part, by its path."""
    parts: dict[str, str] = {}
    path = ""
    for line in lines(diff):
        if line.startswith("diff --git a/"):
            names = line.removeprefix("diff --git a/").rstrip("\n")
            path = names[: (len(names) - len(" b/")) // 2]  # the same name stands there twice
        parts[path] = parts.get(path, "") + line
    return parts


def touched(part: str) -> Iterator[str]:
    """The added and removed lines of one file's diff, each with its sign, in order, without their place."""
    inside = False  # the header's own + and - lines come before the first hunk
    for line in lines(part):
        inside = inside or line.startswith("@@ ")
        if inside and line[0] in "+-":
            yield line.rstrip("\n")


def lines(text: str) -> list[str]:
    """The lines of a text with their ends: only `\\n` is one, no form feed and no U+2028 inside the code."""
    return list(io.StringIO(text, newline="\n"))


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n{NO_NEWLINE}\n"
