"""A patch is applied without git as git would apply it, where it says and nowhere else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from test_difference import CHANGES, fill

from workbook.chapters import difference, patch
from workbook.chapters.patch import PatchError

TEXT = "".join(f"line {number}\n" for number in range(1, 21))
CHANGED = TEXT.replace("line 4\n", "line four\n").replace("line 18\n", "")
DIFF = difference.of_file("app/a.py", TEXT, CHANGED)
KNOWN = {"app/a.py": TEXT}


def applied(diff: str, before: dict[str, str]) -> dict[str, str | None]:
    return patch.apply(patch.parse(diff), before.get)


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_patch_makes_the_change(before: dict[str, str], after: dict[str, str]) -> None:
    """Whatever this workbook writes as a diff, it applies: files added, removed, empty, without a last newline."""
    diff = "".join(difference.between(before, after).values())

    assert {**before, **applied(diff, before)} == {path: after.get(path) for path in {*before, *after}}


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_patch_of_git_makes_the_change(tmp_path: Path, before: dict[str, str], after: dict[str, str]) -> None:
    """So it does with what git writes itself."""
    fill(tmp_path, before)
    git = ["git", "-c", "core.autocrlf=false", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "add", "--all"], check=True)
    for path in before:
        (tmp_path / path).unlink()
    fill(tmp_path, after)
    subprocess.run([*git, "add", "--intent-to-add", "--", *after], check=True)
    said = subprocess.run([*git, "diff"], capture_output=True, check=True).stdout.decode()

    assert {**before, **applied(said, before)} == {path: after.get(path) for path in {*before, *after}}


@pytest.mark.parametrize(
    "diff",
    [
        pytest.param(DIFF.partition("\n")[2], id="of-diff-u"),
        pytest.param(DIFF.partition("\n")[2].replace("app/a.py\n", "app/a.py\t2026-01-01 10:00:00\n"), id="with-times"),
        pytest.param(DIFF.replace("a/app", "app").replace("b/app", "app"), id="without-a-and-b"),
        pytest.param(f"# against: stage\n\n{DIFF}", id="below-a-header"),
        pytest.param(f"\ufeff{DIFF}", id="byte-order-mark"),
        pytest.param(DIFF.removesuffix("\n"), id="without-its-last-newline"),
        pytest.param(f"{DIFF}\n\n", id="with-empty-lines-below"),
    ],
)
def test_patch_may_come_from_elsewhere(diff: str) -> None:
    """Other tools and other editors write the same diff a little differently."""
    assert applied(diff, KNOWN) == {"app/a.py": CHANGED}


def test_patch_may_have_lost_its_lone_blanks() -> None:
    """An editor that takes blanks from the ends of lines leaves an empty line of context without its sign."""
    before, after = "a\n\nb\n\n", "a\n\nc\n\n"
    diff = difference.of_file("a.py", before, after).replace("\n \n", "\n\n")

    assert applied(diff, {"a.py": before}) == {"a.py": after}


def test_patch_is_read_from_files_with_other_line_ends(tmp_path: Path) -> None:
    """A checkout with Windows line ends holds the same patch and the same texts."""
    for name, text in (("a.py", TEXT), ("a.diff", DIFF)):
        (tmp_path / name).write_text(text, encoding="utf-8", newline="\r\n")
    texts = difference.texts(tmp_path)

    assert applied(texts["a.diff"], {"app/a.py": texts["a.py"]}) == {"app/a.py": CHANGED}


FIRST_HUNK = DIFF.index("@@ -15")


@pytest.mark.parametrize(
    ("diff", "before", "why"),
    [
        pytest.param(
            DIFF, TEXT.replace("line 5", "line V"), "line 10: it does not fit line 5 of app/a.py: line V", id="context"
        ),
        pytest.param(DIFF, "line 0\n" + TEXT, "line 5: it does not fit line 1 of app/a.py: line 0", id="moved"),
        pytest.param(DIFF, CHANGED, "line 8: it does not fit line 4 of app/a.py: line four", id="applied-already"),
        pytest.param(DIFF, TEXT[:40], "line 11: it does not fit line 6 of app/a.py: line", id="cut"),
        pytest.param(DIFF, TEXT[:35], "line 11: it does not fit line 6 of app/a.py, which is not there.", id="short"),
        pytest.param(DIFF, None, "line 1: there is no app/a.py.", id="no-file"),
        pytest.param(
            difference.of_file("app/a.py", None, "a\n"),
            "b\n",
            "line 1: it adds app/a.py, which is there already.",
            id="added-twice",
        ),
        pytest.param(
            difference.of_file("app/a.py", "a\n", None),
            "a\nb\n",
            "line 1: it removes app/a.py, and knows only a part of it.",
            id="removed-in-part",
        ),
        pytest.param(
            "--- a/app/a.py\n+++ b/app/a.py\n@@ -30,0 +31 @@\n+more\n",
            TEXT,
            "line 3: it does not fit app/a.py: its place is not there, or changed already.",
            id="beyond-the-end",
        ),
        pytest.param(
            DIFF[: DIFF.index("@@")] + DIFF[FIRST_HUNK:] + DIFF[DIFF.index("@@") : FIRST_HUNK],
            TEXT,
            "line 11: it does not fit app/a.py: its place is not there, or changed already.",
            id="hunks-out-of-order",
        ),
        pytest.param(
            difference.of_file("app/a.py", "a", "b"),
            "a\n",
            "line 5: it does not fit line 1 of app/a.py: a",
            id="ends-otherwise",
        ),
        pytest.param(
            difference.of_file("app/a.py", "a\n", "b"),
            "a\nmore\n",
            "line 1: the last line of app/a.py is another one, or ends otherwise.",
            id="is-not-the-last",
        ),
    ],
)
def test_patch_that_does_not_fit_is_refused(diff: str, before: str | None, why: str) -> None:
    """Nothing is guessed: the message has the patch's line, and the file's."""
    with pytest.raises(PatchError) as caught:
        patch.apply(patch.parse(diff), lambda _: before)

    assert str(caught.value) == why


@pytest.mark.parametrize(
    ("diff", "why"),
    [
        pytest.param(f"{DIFF}+one more\n", "line 20: no diff has this line here: +one more", id="a-line-too-many"),
        pytest.param(
            DIFF.replace("-line 4\n", ""),
            "line 12: the hunk of line 4 announces other lines than it has.",
            id="a-line-gone",
        ),
        pytest.param(DIFF[:-9], "line 13: the hunk of line 13 announces other lines than it has.", id="cut-off"),
        pytest.param(
            DIFF.replace("-line 4", "*line 4"),
            "line 8: the hunk of line 4 announces other lines than it has.",
            id="unknown-sign",
        ),
        pytest.param("hello\n", "line 1: no diff has this line here: hello", id="no-diff"),
        pytest.param(DIFF + DIFF, "line 20: app/a.py stands there a second time.", id="twice"),
        pytest.param("diff --git a/a.py b/a.py\n", "line 1: it changes nothing in a.py.", id="empty"),
        pytest.param(
            "diff --git a/a.py b/b.py\nrename from a.py\nrename to b.py\n",
            "line 1: no diff has this line here: diff --git a/a.py b/b.py",
            id="rename",
        ),
        pytest.param(
            "diff --git a/a.png b/a.png\nBinary files a/a.png and b/a.png differ\n",
            "line 2: no diff has this line here: Binary files a/a.png and b/a.png differ",
            id="binary",
        ),
        pytest.param(
            "diff --git a/a.py b/a.py\nold mode 100644\nnew mode 100755\n",
            "line 2: no diff has this line here: old mode 100644",
            id="mode",
        ),
        *(
            pytest.param(
                DIFF.replace("app/a.py", path), f"line 1: {path} is no path inside a chapter.", id=f"path-{place}"
            )
            for place, path in enumerate(["../a.py", "app/../../a.py", "/etc/a.py", "C:/a.py", "app\\a.py", "./a.py"])
        ),
    ],
)
def test_patch_that_cannot_be_read_is_refused(diff: str, why: str) -> None:
    """What is no diff, or one of another kind, is an error with the line in it."""
    with pytest.raises(PatchError) as caught:
        patch.parse(diff)

    assert str(caught.value) == why
