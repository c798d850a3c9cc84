"""A file of ours is written whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest
from toys import CHECKOUT

from workbook.system import files


def test_write_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Progress, a password: nobody else on this machine reads them, also where they did before."""
    file = tmp_path / "state.json"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o644)

    files.write(file, "ä\n")

    assert file.read_bytes() == "ä\n".encode()
    assert sys.platform == "win32" or file.stat().st_mode & 0o777 == 0o600
    assert [*tmp_path.iterdir()] == [file]


def test_write_that_is_killed_half_way_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """What the killed process had begun lies beside it for a while, then the next write takes it away."""
    file = tmp_path / "state.json"
    files.write(file, "before")
    script = (
        f"import os, sys; sys.path.insert(0, {str(CHECKOUT)!r})\n"
        "from pathlib import Path\nfrom workbook.system import files\n"
        "os.fsync = lambda _: os._exit(9)\n"
        f"files.write(Path({str(file)!r}), 'after')\n"
    )

    assert subprocess.run([sys.executable, "-c", script]).returncode == 9
    assert file.read_text(encoding="utf-8") == "before"
    (draft,) = set(tmp_path.iterdir()) - {file}

    files.write(file, "beside a draft that may still have its writer")
    assert draft.exists()

    os.utime(draft, (0, 0))
    files.write(file, "after")
    assert [*tmp_path.iterdir()] == [file]


def test_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is said; the file stays, and no draft of a new one."""
    file = tmp_path / "state.json"
    files.write(file, "before")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space left"):
        files.write(file, "after")

    assert (file.read_text(encoding="utf-8"), [*tmp_path.iterdir()]) == ("before", [file])


@pytest.mark.skipif(sys.platform == "win32", reason="There, a reader may have to try again.")
def test_write_is_never_seen_half_done(tmp_path: Path) -> None:
    """Who reads while others write gets one text or the other, whole."""
    file, texts, done = tmp_path / "state.json", ["a" * 100_000, "b" * 100_000], Event()
    files.write(file, texts[0])

    def keep_writing(text: str) -> None:
        while not done.is_set():
            files.write(file, text, durable=False)

    writers = [Thread(target=keep_writing, args=(text,)) for text in texts]
    for writer in writers:
        writer.start()
    seen = {file.read_text(encoding="utf-8") for _ in range(200)}
    done.set()
    for writer in writers:
        writer.join()

    assert seen <= set(texts)


@pytest.mark.parametrize(
    ("taken", "unused"),
    [
        ([], "a.b.json"),
        (["a.b.json"], "a.b_2.json"),
        (["a.b.json", "a.b_2.json", "a.b_4.json"], "a.b_3.json"),
    ],
)
def test_unused_name_is_the_first_that_is_free(tmp_path: Path, taken: list[str], unused: str) -> None:
    """What was set aside before is never overwritten."""
    for name in taken:
        (tmp_path / name).touch()

    assert files.unused(tmp_path / "a.b.json").name == unused
