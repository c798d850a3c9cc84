"""`workbook watch`: from save to verdict, on one screen, driven in a terminal as a learner would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread

import pytest
from rich.console import Console
from toys import CHECKOUT, Toy

from workbook import course
from workbook.course import Chapter
from workbook.learner import desk, progress
from workbook.learner.checking import Check
from workbook.report.card import Card, Item
from workbook.runner import Run, Runner
from workbook.system.errors import UserError
from workbook.watch.file_watcher import State, saved_states
from workbook.watch.loop import Judged, Loop
from workbook.watch.screen import View, draw

SOON = 30  # seconds: more than any save takes, less than a person waits for a test that hangs
MAIN = "shelf/main.py"


def by_rename(file: Path, text: str) -> None:
    """Save as many editors do: a new file takes the old one's place."""
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(file)


def by_truncation(file: Path, text: str) -> None:
    """Save in place: for a moment the file is empty."""
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        stream.flush()
        time.sleep(0.02)
        stream.write(text)


def by_backup(file: Path, text: str) -> None:
    """Save as others do: the old file becomes a backup, then a new one is written."""
    file.rename(file.with_name(f"{file.name}~"))
    time.sleep(0.02)
    file.write_text(text, encoding="utf-8", newline="\n")


WAYS: dict[str, Callable[[Path, str], None]] = {
    "rename": by_rename,
    "truncation": by_truncation,
    "backup": by_backup,
}


@pytest.fixture
def hello(toy: Toy) -> Chapter:
    """A chapter that is open on the desk."""
    chapter = toy.course.find("01_hello")
    desk.open_copy(chapter)
    return chapter


class Noticed:
    """What `saves` yields, gathered in a thread of its own."""

    def __init__(self, folder: Path, *, poll: bool) -> None:
        self.stop = Event()
        self.states = SimpleQueue[State]()
        self.thread = Thread(target=self._gather, args=(folder, poll))
        self.thread.start()
        self.states.get(timeout=SOON)  # what is there at the beginning

    def _gather(self, folder: Path, poll: bool) -> None:
        for state in saved_states(folder, self.stop, poll=poll):
            self.states.put(state)

    def until(self, text: str, file: str = MAIN) -> State:
        """The first state in which the file holds this text."""
        while (state := self.states.get(timeout=SOON)).get(file, b"").decode() != text:
            pass
        return state


@pytest.fixture
def noticed(hello: Chapter, request: pytest.FixtureRequest) -> Iterator[Noticed]:
    gathered = Noticed(hello.desk, poll=getattr(request, "param", False))
    yield gathered
    gathered.stop.set()
    gathered.thread.join()


@pytest.mark.parametrize("save", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("noticed", [False, True], ids=["told", "polled"], indirect=True)
def test_saves_are_noticed_however_they_are_written(
    save: Callable[[Path, str], None], noticed: Noticed, hello: Chapter
) -> None:
    """A save by renaming, in place, or beside a backup is one save, told by the system or found by polling."""
    save(hello.desk / MAIN, "SAVED = 1\n")

    assert noticed.until("SAVED = 1\n").keys() >= {MAIN, "exercise/test_exercise.py"}


def test_saves_of_the_same_text_are_no_change(noticed: Noticed, hello: Chapter) -> None:
    """Saving without a change, or leaving bytecode behind, is not worth a run."""
    file = hello.desk / MAIN
    file.write_bytes(file.read_bytes())
    (file.parent / "__pycache__").mkdir()
    (file.parent / "__pycache__" / "main.pyc").write_bytes(b"x")

    with pytest.raises(Empty):
        noticed.states.get(timeout=1)


def test_saves_are_noticed_after_the_folder_was_made_anew(noticed: Noticed, hello: Chapter) -> None:
    """A reset moves the folder away; the fresh one is watched as well."""
    (hello.desk / MAIN).write_text("MINE = 1\n", encoding="utf-8")
    noticed.until("MINE = 1\n")
    desk.reset(hello)

    by_rename(hello.desk / MAIN, "AGAIN = 1\n")

    noticed.until("AGAIN = 1\n")


def next_verdict(told: SimpleQueue[Judged | None]) -> Judged:
    """What the loop tells next, beside that a run begins."""
    while (judged := told.get(timeout=SOON)) is None:
        pass
    return judged


def test_loop_tells_the_verdict_of_each_save(hello: Chapter, runner: Runner) -> None:
    """Red as it was opened, green when it is solved, and remembered."""
    told = SimpleQueue[Judged | None]()
    with Loop(hello, runner, told.put):
        red = next_verdict(told)
        by_rename(hello.desk / MAIN, (hello.solution / MAIN).read_text(encoding="utf-8"))
        green = next_verdict(told)

    assert isinstance(red, Check)
    assert isinstance(green, Check)
    assert (red.passed, green.passed) == (False, True)
    assert progress.load(hello.root).of(hello).done


def test_loop_drops_a_run_that_a_save_overtakes(hello: Chapter, runner: Runner) -> None:
    """A run that never ends is given up when the next save comes, and its verdict is not told."""
    (hello.desk / MAIN).write_text("while True: pass\n", encoding="utf-8")
    told = SimpleQueue[Judged | None]()
    with Loop(hello, runner, told.put):
        assert told.get(timeout=SOON) is None
        time.sleep(0.5)
        by_rename(hello.desk / MAIN, (hello.solution / MAIN).read_text(encoding="utf-8"))
        judged = next_verdict(told)

    assert isinstance(judged, Check)
    assert judged.passed


def test_loop_ends_at_once_in_the_middle_of_a_run(hello: Chapter, runner: Runner) -> None:
    """Who quits does not wait for tests that never end."""
    (hello.desk / MAIN).write_text("while True: pass\n", encoding="utf-8")
    told = SimpleQueue[Judged | None]()

    with Loop(hello, runner, told.put):
        assert told.get(timeout=SOON) is None

    with pytest.raises(Empty):
        told.get_nowait()


CARD = Card(
    False,
    "1 of 41 requirements is not met.",
    (
        Item(
            False, "A name is short.", (("expected", "1"), ("got", "2")), "a.py, line 1", "assert", "E  assert 1 == 2"
        ),
        *(Item(True, f"Requirement {number} holds.") for number in range(40)),
    ),
    todo="Edit a.py.",
)
VERDICT = Check(CARD, False, Run(status="red", outcomes=()))


def drawn(view: View, height: int = 24) -> list[str]:
    console = Console(file=StringIO(), width=80, height=height, color_system=None)
    console.print(draw(view, console))
    assert isinstance(console.file, StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_screen_fits_80_by_24(hello: Chapter) -> None:
    """The unmet requirement, the next step and the keys are there; what is fine gives way."""
    lines = drawn(View(hello, judged=VERDICT, said=["Hint 1 of 2: look."]))

    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    for part in ("✗ A name is short.", "more that are met.", "→ Edit a.py.", "Hint 1 of 2: look.", "q quit"):
        assert any(part in line for line in lines), part


@pytest.mark.parametrize("chapter", course.load().chapters, ids=lambda one: one.slug)
def test_first_screen_says_what_there_is_to_do(chapter: Chapter) -> None:
    """At 80 by 24 the whole task, every file to edit and the time are there; no word is broken."""
    lines = drawn(View(chapter, judged=VERDICT, at="10:11:12", saves=1))

    words = " ".join(lines).split()
    wanted = [*chapter.exercise.task.split(), *(f"desk/{chapter.slug}/{file}" for file in chapter.exercise.edit)]
    assert [word for word in wanted if word not in words] == []
    assert "judged at 10:11:12" in " ".join(lines)
    assert any("✗ A name is short." in line for line in lines)
    assert len(lines) <= 24


def test_screen_says_that_a_save_changed_nothing(hello: Chapter) -> None:
    """Later screens leave the room to the verdict; the time says that it was judged again."""
    lines = drawn(View(hello, judged=VERDICT, at="10:11:12", same=True, saves=2))

    assert hello.exercise.task.split()[0] not in " ".join(lines).split()
    assert "judged at 10:11:12, unchanged since the last save" in lines[1]


def test_loop_goes_on_whatever_a_save_brings(hello: Chapter, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect of ours is told as trouble with that save, and the next one is judged."""
    verdicts = SimpleQueue[Judged | None]()
    answers = iter([ValueError("no such thing"), VERDICT])

    def check(*_: object, **__: object) -> Check:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("workbook.learner.checking.check", check)
    with Loop(hello, runner, verdicts.put):
        said = [one for one in (verdicts.get(timeout=SOON) for _ in range(2)) if one is not None]
        by_rename(hello.desk / MAIN, "# another\n")
        said += [one for one in (verdicts.get(timeout=SOON) for _ in range(2)) if one is not None]

    assert isinstance(said[0], UserError)
    assert said[0].what == "This save could not be judged: ValueError: no such thing."
    assert said[1] == VERDICT


def test_screen_counts_every_requirement_that_gives_way(hello: Chapter) -> None:
    """The cases of a test share a line and are counted all the same, and so are those that nobody named before."""
    items = tuple(Item(True, f"Requirement {number} holds.", count=2) for number in range(40))
    view = View(hello, judged=Check(Card(True, "All 87 requirements are met.", items, more=7), True, VERDICT.run))

    lines = drawn(view)

    named = sum("Requirement" in line for line in lines)
    assert named > 5
    assert f"… and {87 - 2 * named} more that are met." in "\n".join(lines)
    assert len(lines) == 24


def test_screen_shows_the_traceback_and_pages(hello: Chapter) -> None:
    """With f the traceback is there; what does not fit is a page further."""
    view = View(hello, judged=VERDICT, full=True)

    first = drawn(view)
    view.top = 24
    second = drawn(view)

    assert any("E  assert 1 == 2" in line for line in first)
    assert any("space shows more" in line for line in first)
    assert first[2:] != second[2:]


def test_screen_names_polling_and_a_run_that_goes_on(hello: Chapter) -> None:
    """A network folder is looked at again and again, and the screen says so."""
    assert "polling every 0.2 seconds" in drawn(View(hello, poll=True))[0]
    assert "judging" in drawn(View(hello, judging=True))[0]


def test_screen_shows_trouble_with_its_next_step(hello: Chapter) -> None:
    """A server that is gone is said like everything else."""
    lines = drawn(View(hello, judged=UserError("The server does not answer.", "Start it.")))

    assert "✗ The server does not answer." in lines
    assert "→ Start it." in lines


def test_screen_keeps_colour_apart_from_meaning(hello: Chapter) -> None:
    """Red and green are signs as well."""
    met = replace(VERDICT, card=Card(True, "All 3 requirements are met."), passed=True)

    assert any(line.startswith("✓ All 3") for line in drawn(View(hello, judged=met)))


def test_watch_without_a_terminal_says_what_to_use(toy: Toy) -> None:
    """In a pipe there is no screen; `check` does it there."""
    done = toy.workbook("watch", "02")

    assert done.code == 1
    assert "`watch` needs a terminal" in done.stderr
    assert "check 02` here." in done.stderr


if sys.platform != "win32":
    import pty
    import termios

    from pexpect import EOF
    from pexpect.fdpexpect import fdspawn

    class Terminal:
        """`workbook watch` in a pseudo-terminal of 80 by 24."""

        def __init__(self, root: Path) -> None:
            self.root = root
            self._start()

        def _start(self) -> None:
            from workbook.postgres import databases

            env = {name: value for name, value in os.environ.items() if not name.startswith(("WORKBOOK_", "PYTEST_"))}
            env |= {"WORKBOOK_ROOT": str(self.root), "TERM": "xterm-256color", "DATABASE_URL": databases.url()}
            ours, its = pty.openpty()
            termios.tcsetwinsize(its, (24, 80))
            self.process = subprocess.Popen(
                [sys.executable, "-m", "workbook", "watch"], cwd=CHECKOUT, env=env, stdin=its, stdout=its, stderr=its
            )
            os.close(its)
            self.screen = fdspawn(ours, encoding="utf-8", timeout=3 * SOON)

        def shows(self, text: str) -> None:
            """Wait until the screen shows this."""
            self.screen.expect_exact(text)

        def press(self, key: str) -> None:
            self.screen.send(key)

        def kill(self) -> None:
            """End the watcher as a power cut would, and start it again."""
            self.close()
            self._start()

        def quit(self, going_on: str) -> int:
            self.press("q")
            self.shows("Everything is as you saved it.")
            self.shows(going_on)
            self.screen.expect(EOF)
            return self.process.wait(SOON)

        def close(self) -> None:
            self.process.kill()
            self.process.wait(SOON)
            self.screen.close()

    @pytest.fixture
    def terminal(tmp_path: Path) -> Iterator[Terminal]:
        """The course's first five chapters, fresh, watched from the first."""
        root = tmp_path / "course"
        for part in ("chapters", "solutions", "notebooks"):
            shutil.copytree(CHECKOUT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copyfile(CHECKOUT / "course.toml", root / "course.toml")
        terminal = Terminal(root)
        yield terminal
        terminal.close()

    def test_watch_says_how_to_go_on_with_what_is_red(terminal: Terminal) -> None:
        """Who quits in the middle comes back to the same chapter."""
        terminal.shows("are not met.")

        assert terminal.quit("workbook watch 01` goes on from here.") == 0

    def test_watch_takes_a_learner_through_five_chapters(terminal: Terminal) -> None:
        """Wrong turns, hints, a reset and a kill on the way; every chapter ends green, and nothing is lost."""
        loaded = course.load(terminal.root)
        first, second, third, fourth, fifth = loaded.chapters[:5]

        def solve(chapter: Chapter) -> None:
            for file in chapter.exercise.edit:
                by_rename(chapter.desk / file, (chapter.solution / file).read_text(encoding="utf-8"))

        def spoil(chapter: Chapter, more: str) -> None:
            file = chapter.desk / chapter.exercise.edit[0]
            by_rename(file, file.read_text(encoding="utf-8") + more)

        terminal.shows("requirements are not met.")
        spoil(first, "\ndef (\n")
        terminal.shows("this is not valid Python")
        terminal.press("h")
        terminal.shows("Hint 1 of 3")
        solve(first)
        terminal.shows(f"Go on to {second.number}")

        terminal.press("n")
        terminal.shows(f"{second.number} {second.title}")
        terminal.shows("are not met.")
        spoil(second, "\nimport sys\n\nsys.exit(0)\n")
        terminal.shows("sys.exit ended the run")
        terminal.press("r")
        terminal.shows("Press r again")
        terminal.press("r")
        terminal.shows("What you had is in")
        solve(second)
        terminal.shows(f"Go on to {third.number}")

        terminal.press("n")
        terminal.shows("are not met.")
        spoil(third, "\nHALF_DONE = True\n")
        terminal.kill()
        terminal.shows(f"{third.number} {third.title}")
        terminal.shows("are not met.")
        assert "HALF_DONE" in (third.desk / third.exercise.edit[0]).read_text(encoding="utf-8")
        solve(third)
        terminal.shows(f"Go on to {fourth.number}")

        terminal.press("n")
        terminal.shows("This test is yours to write.")
        test = (fourth.desk / "exercise/test_exercise.py").read_text(encoding="utf-8")
        by_rename(fourth.desk / "exercise/test_exercise.py", test.replace("pytest.fail(", "print("))
        terminal.shows("catches 0 of 6 broken ones.")
        solve(fourth)
        terminal.shows("catches 6 of 6 broken ones.")

        terminal.press("n")
        terminal.shows(f"{fifth.number} {fifth.title}")
        terminal.shows("are not met.")
        solve(fifth)
        terminal.shows("requirements are met.")

        assert terminal.quit("workbook start` opens the next chapter.") == 0
        remembered = progress.load(terminal.root)
        assert [remembered.of(chapter).done for chapter in loaded.chapters[:5]] == [True] * 5
        assert len(desk.copies_aside(second)) == 1
