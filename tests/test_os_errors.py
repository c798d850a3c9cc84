"""What the system refuses becomes a sentence that names the file, and the step that mends it."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from pathlib import Path

import pytest

from workbook.system import os_errors
from workbook.system.os_errors import of_system

NUMBERS = sorted({number for number in vars(errno).values() if isinstance(number, int)})


def error(number: int, *names: str) -> OSError:
    return OSError(number, os.strerror(number), *names)


@pytest.mark.parametrize("number", NUMBERS)
def test_every_refusal_names_its_file_and_a_step(number: int, tmp_path: Path) -> None:
    """Whatever the system may say: what, where, and what to do, in sentences."""
    told = of_system(error(number, str(tmp_path / "file")))

    assert str(tmp_path) in told.what or number in {errno.EMFILE, errno.ENFILE}
    assert all(text[-1] == "." and "Errno" not in text for text in (told.what, told.todo))


def test_refusal_without_a_file_is_a_sentence_too() -> None:
    """A full disk is noticed by a write, which has no name any more."""
    assert of_system(error(errno.ENOSPC)).what == "The disk is full."


def test_of_many_refusals_the_first_is_told(tmp_path: Path) -> None:
    """Copying a folder gathers them."""
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "link").symlink_to("nowhere")
    with pytest.raises(shutil.Error) as caught:
        shutil.copytree(tmp_path / "from", tmp_path / "to")

    assert of_system(caught.value).what == f"{tmp_path / 'from' / 'link'} is missing."


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such owners")
@pytest.mark.parametrize("theirs", ["", "desk", "desk/01_hello/shelf/main.py"], ids=["checkout", "desk", "file"])
def test_what_sudo_left_behind_is_taken_back_by_one_command(
    theirs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the topmost of what is another's; a checkout that is all another's is not to be taken."""
    monkeypatch.setenv("WORKBOOK_ROOT", str(tmp_path))
    file = tmp_path / "desk/01_hello/shelf/main.py"
    file.parent.mkdir(parents=True)
    file.touch()
    top = tmp_path / theirs
    monkeypatch.setattr(os_errors, "_owner", lambda place: "root" if place in (top, *top.rglob("*")) else None)

    told = of_system(error(errno.EACCES, str(file)))

    assert "root" in told.what
    assert ("sudo chown" in told.todo, f" {top}." in told.todo) == (bool(theirs), bool(theirs))


def test_own_file_that_forbids_is_allowed_by_one_command(tmp_path: Path) -> None:
    """No sudo is needed for what is one's own."""
    told = of_system(error(errno.EACCES, str(tmp_path)))

    assert (f"chmod -R u+rwX {tmp_path}." in told.todo) == (sys.platform != "win32")
