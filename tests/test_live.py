"""The author's loop tries a notebook in a kernel that was started ahead, and says how it differs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from threading import Thread

import psutil
import pytest
from toy_notebooks import code, markdown, notebook, printed
from toys import Toy

from workbook.course import Chapter
from workbook.notebooks import canonical, header, live, write

pytestmark = pytest.mark.xdist_group("trying")

SECONDS = 60.0  # for a kernel on a busy machine


def store(toy: Toy, *outputs: str, source: str = "print(6 * 7)") -> Chapter:
    """Write the notebook of the toy's first chapter: one code cell, which printed `outputs`."""
    chapter = toy.course.find("01")
    setup = code(source, *(printed(output) for output in outputs), slideshow={"slide_type": "fragment"})
    exercise = markdown("## The exercise", notes="Give them the minutes.", slideshow={"slide_type": "slide"})
    cells = [markdown(header(chapter), notes="Say hello."), setup, exercise]
    write(chapter.notebook, canonical(notebook(*cells)))
    return chapter


def test_try_finds_what_differs_from_the_stored_output(toy: Toy) -> None:
    """Each try has a kernel of its own, which nothing of the one before is left in."""
    pids = []

    def changes(chapter: Chapter) -> Iterator[None]:
        yield
        store(toy, "41\n", source="before = 'here'\nprint(6 * 7)")
        yield
        store(toy, "False\n", source="print('before' in globals())")
        yield

    with pytest.MonkeyPatch.context() as patch:
        run = live.Kernel.run
        patch.setattr(live.Kernel, "run", lambda kernel, path: (pids.append(kernel.pid), run(kernel, path))[1])
        tried = list(live.tries(store(toy, "42\n"), changes))

    assert [len(one.findings) for one in tried] == [0, 1, 0]
    assert "42" in tried[1].findings[0]
    assert [one.cells for one in tried] == [1, 1, 1]
    assert len(set(pids)) == 3
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_try_goes_on_after_a_cell_that_fails(toy: Toy) -> None:
    """A cell that raises, and a file that is no notebook, are findings; the next try is a new one."""

    def changes(chapter: Chapter) -> Iterator[None]:
        yield
        chapter.notebook.write_text("{", encoding="utf-8")
        yield
        store(toy, "42\n")
        yield

    tried = list(live.tries(store(toy, source="1 / 0"), changes))

    assert "raised ZeroDivisionError: division by zero" in tried[0].findings[0]
    assert tried[1].findings == [f"{toy.course.find('01').notebook} is not a notebook."]
    assert tried[2].findings == []


def test_kernel_that_stands_by_has_no_names_of_its_own(toy: Toy) -> None:
    """What was imported ahead does not hide an import that the notebook forgot."""
    chapter = store(
        toy, "[]\n", source="print([name for name in ('workbook', 'fastapi', 'psycopg2') if name in globals()])"
    )

    with live.Kernel(chapter.notebook.parent) as kernel:
        assert kernel.run(chapter.notebook).findings == []


@pytest.mark.skipif(os.name == "nt", reason="A test cannot press Ctrl-C for a process there.")
def test_watch_tries_at_each_save_and_ends_with_ctrl_c(toy: Toy) -> None:
    """From outside: the first try, a save, the second try, Ctrl-C."""
    chapter = store(toy, "42\n")
    env = os.environ | {"WORKBOOK_ROOT": str(toy.root)}
    command = [sys.executable, "-m", "workbook", "dev", "notebooks", "1", "--watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", env=env, cwd=toy.root) as process:
        said = SimpleQueue[str]()
        Thread(target=lambda: [said.put(line.strip()) for line in process.stdout or ()], daemon=True).start()

        def line(*, ends: str) -> str:
            try:
                while not (one := said.get(timeout=SECONDS)).endswith(ends):
                    pass
            except Empty:
                process.kill()
                raise
            return one

        assert line(ends="as stored.").startswith(f"✓ {chapter.notebook.name}, 1 code cells in ")
        before = chapter.notebook.read_bytes()
        store(toy, "41\n")
        assert line(ends="stores what it shows now.").startswith("✗")
        assert chapter.notebook.read_bytes() != before
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=SECONDS) == 0
