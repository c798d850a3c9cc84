"""Diffs are made without git, in the form that git itself reads."""

import subprocess
from pathlib import Path

import pytest

from workbook.chapters import difference
from workbook.system.errors import UserError

CHANGES = [
    pytest.param({"a.py": "one\ntwo\n"}, {"a.py": "one\n2\n"}, id="changed"),
    pytest.param({}, {"new/a.py": "one\n"}, id="added"),
    pytest.param({"a.py": "one\n"}, {}, id="removed"),
    pytest.param({}, {"empty/__init__.py": ""}, id="empty-file-added"),
    pytest.param({"__init__.py": "", "b.py": ""}, {"b.py": ""}, id="empty-file-removed"),
    pytest.param({"a.py": "one"}, {"a.py": "one\n"}, id="newline-at-end-added"),
    pytest.param({"a.py": "one\ntwo"}, {"a.py": "1\ntwo"}, id="no-newline-at-end"),
    pytest.param({"a.py": "x = 'ä\x0c\u2028'\n"}, {"a.py": "x = 'ö\x0c\u2028'\n"}, id="odd-characters"),
    pytest.param({"a.sql": "-- one\n-- two\n"}, {"a.sql": "-- two\n++ three\n"}, id="lines-that-look-like-headers"),
    pytest.param({"b b.py": "1\n", "a.py": "1\n"}, {"b b.py": "2\n", "a.py": "2\n"}, id="two-files-one-with-a-space"),
]


def fill(folder: Path, texts: dict[str, str]) -> Path:
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")
    return folder


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_difference_is_applied_by_git(tmp_path: Path, before: dict[str, str], after: dict[str, str]) -> None:
    """The diff turns one folder into the other."""
    fill(tmp_path, before)
    diff = "".join(difference.between(before, after).values())

    apply = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn"]
    subprocess.run(apply, cwd=tmp_path, input=diff.encode(), check=True)

    assert difference.texts(tmp_path) == after


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_difference_is_split_into_its_files(before: dict[str, str], after: dict[str, str]) -> None:
    """Taken apart, the whole diff gives each file its own part again."""
    parts = difference.between(before, after)

    assert difference.split("".join(parts.values())) == parts


def test_difference_of_equal_texts_is_empty() -> None:
    """A file that did not change is not mentioned."""
    assert difference.between({"a.py": "one\n"}, {"a.py": "one\n"}) == {}


def test_difference_touches_only_added_and_removed_lines() -> None:
    """Headers, places and context are not among the touched lines, a removed SQL comment is."""
    part = difference.of_file("a.sql", "-- old\nkept\n", "kept\nnew\n")

    assert list(difference.touched(part)) == ["--- old", "+new"]


def test_texts_leave_out_caches_and_what_was_asked(tmp_path: Path) -> None:
    """Bytecode, caches, environments, a local database and the named paths are not part of a chapter."""
    fill(tmp_path, {"app/main.py": "", "tests/test_a.py": "", "exercise/test_b.py": "", "exercises.py": ""})
    fill(tmp_path, {"app/__pycache__/main.pyc": "", ".pytest_cache/x": "", "local.db": "", ".env": "", "C.diff": ""})
    fill(tmp_path, {"venv/lib/a.py": "", ".git/config": "", "app/.ipynb_checkpoints/a.py": "", ".mypy_cache/3/a": ""})

    assert list(difference.texts(tmp_path, without=("exercise", "C.diff"))) == [
        "app/main.py",
        "exercises.py",
        "tests/test_a.py",
    ]


def test_texts_name_the_file_that_is_not_utf8(tmp_path: Path) -> None:
    """A file in another encoding is an error with its name in it."""
    (tmp_path / "latin.py").write_bytes("ä".encode("latin-1"))

    with pytest.raises(UserError, match=r"latin\.py is not UTF-8 text"):
        difference.texts(tmp_path)
