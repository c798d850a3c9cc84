"""The learner's commands: a copy of one's own that is never lost, hints and solutions in their order."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer
from toys import Toy
from typer.testing import CliRunner

from workbook import cli
from workbook.commands import exercise as desk_commands
from workbook.commands import overview
from workbook.course import Chapter
from workbook.learner import desk, progress
from workbook.system.errors import UserError

MAIN = "shelf/main.py"


class Command:
    """The learner's commands on a toy course, in this process."""

    def __init__(self, toy: Toy) -> None:
        self.toy = toy
        self.app = typer.Typer()
        for group in (overview, desk_commands):
            group.register(self.app)

    def __call__(self, *arguments: str) -> str:
        """What a command printed; raises what it raised."""
        result = CliRunner().invoke(self.app, arguments, env={"COLUMNS": "100", "NO_COLOR": "1"})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output

    @property
    def hello(self) -> Chapter:
        return self.toy.course.find("01_hello")

    def mine(self, text: str | None = None, file: str = MAIN) -> str:
        """The learner's file, after `text` was written to it."""
        place = self.hello.desk / file
        if text is not None:
            place.write_text(text, encoding="utf-8", newline="\n")
        return place.read_text(encoding="utf-8")

    def solve(self) -> None:
        with progress.changed(self.toy.root) as remembered:
            remembered.of(self.hello).done = True


@pytest.fixture
def workbook(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("WORKBOOK_ROOT", str(toy.root))
    return Command(toy)


def test_open_makes_a_copy_with_its_exercise(workbook: Command) -> None:
    """The copy holds the app, its tests and the exercise, and the command says what to do and where."""
    said = workbook("open")

    assert (workbook.hello.desk / "exercise" / "test_exercise.py").is_file()
    assert "desk/01_hello is your copy of 01_hello." in said
    assert workbook.hello.exercise.task in said
    assert "Edit desk/01_hello/shelf/main.py" in said


def test_open_says_whose_apps_a_test_meets(workbook: Command) -> None:
    """In a catch exercise the app on the desk is for reading; in a build exercise it is the learner's work."""
    said = "The apps that your test meets are the workbook's own; only this file of yours counts."

    assert said in workbook("open", "2")
    assert said not in workbook("open", "1")


def test_check_help_is_true_of_both_kinds(workbook: Command) -> None:
    """What is built is judged by tests, and a test by apps."""
    said = " ".join(workbook("check", "--help").split())

    assert "Judge your copy: what you built by tests, your own test by the workbook's apps." in said


@pytest.mark.parametrize(
    "command", [(), ("check",), ("db", "reset"), ("dev", "lock")], ids=lambda words: " ".join(words) or "alone"
)
def test_help_shows_no_type_beside_a_flag(command: tuple[str, ...]) -> None:
    """A flag takes no value; what takes one still says which."""
    said = CliRunner().invoke(cli.app, [*command, "--help"], env={"COLUMNS": "100"}).output

    assert "--help" in said
    assert "bool" not in said.lower()


@pytest.mark.parametrize(
    ("command", "usage"),
    [("run", "[NN] -- COMMAND …"), ("open", "[NN]"), ("restore", "[NN] [date]")],
)
def test_help_spells_arguments_as_they_are_typed(command: str, usage: str) -> None:
    """Without the signs of a grammar around them."""
    said = CliRunner().invoke(cli.app, [command, "--help"], env={"COLUMNS": "100"}).output

    assert said.split("Usage: ")[1].splitlines()[0].rstrip().endswith(f" {command} [OPTIONS] {usage}")


def test_open_keeps_sabotage_and_diff_back(workbook: Command) -> None:
    """A catch exercise does not show what it will be tried on."""
    workbook("open", "2")

    names = {path.name for path in workbook.toy.course.find("02").desk.rglob("*")}
    assert not names & {"sabotage", "CHANGES.diff", "__pycache__"}


def test_open_never_overwrites(workbook: Command) -> None:
    """A second `open` leaves the work as it is."""
    workbook("open")
    workbook.mine("# mine\n")

    assert "as you left it" in workbook("open")
    assert workbook.mine() == "# mine\n"


def test_open_names_what_a_chapter_builds_on(workbook: Command) -> None:
    """Opening ahead of one's turn is allowed, and said."""
    assert "It builds on 01_hello, which you have not done yet." in workbook("open", "02")


def test_open_that_is_interrupted_leaves_no_half_copy(workbook: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy is there whole, or not at all."""

    def interrupted(stage: Path, target: Path) -> None:
        target.mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr(desk, "copy_stage", interrupted)
    with pytest.raises(KeyboardInterrupt):
        desk.open_copy(workbook.hello)

    assert list((workbook.toy.root / "desk").iterdir()) == []


def test_check_says_the_verdict_and_fails_until_it_passes(workbook: Command) -> None:
    """A red check is exit code 1, a green one 0; and then the next chapter comes."""
    workbook("open")
    red = CliRunner().invoke(workbook.app, ["check"], env={"COLUMNS": "100"})
    shutil.copytree(workbook.hello.solution, workbook.hello.desk, dirs_exist_ok=True)
    green = CliRunner().invoke(workbook.app, ["check"], env={"COLUMNS": "100"})

    assert (red.exit_code, green.exit_code) == (1, 0)
    assert "✗ 1 of 3 requirements is not met." in red.output
    assert "✓ All 3 requirements are met." in green.output
    assert "→ 02 Store a thing" in workbook()


def test_check_full_shows_library_frames(workbook: Command) -> None:
    """With --full the traceback goes through the libraries."""
    workbook("open")
    workbook.mine(workbook.mine().replace('return {"message"', 'return {"message": 1 // 0, "more"'))

    full, short = workbook("check", "--full"), workbook("check")

    assert "starlette" in full
    assert "starlette" not in short


def test_reset_sets_the_copy_aside(workbook: Command) -> None:
    """What the learner had is kept under a date, and the copy is fresh."""
    workbook("open")
    fresh = workbook.mine()
    workbook.mine("# mine\n")

    said = workbook("reset", "1")

    (aside,) = desk.copies_aside(workbook.hello)
    assert (aside / MAIN).read_text(encoding="utf-8") == "# mine\n"
    assert workbook.mine() == fresh
    assert f"is in desk/aside/01_hello/{aside.name}" in said


def test_reset_names_the_database_where_the_chapter_has_one(workbook: Command) -> None:
    """What would be emptied is said before."""
    workbook("open", "2")

    ran = CliRunner().invoke(workbook.app, ["reset"], input="\n")

    assert "again, and empty its database? [y/N]" in ran.output


def test_commands_stay_on_a_chapter_that_is_solved(workbook: Command) -> None:
    """Who has just solved it wants its solution, and no hint of the next chapter; `open` goes on."""
    workbook("open")
    workbook.solve()

    assert "Chapter 01" in workbook("hint")
    assert "shelf/main.py" in workbook("solution")
    assert "desk/02_store is your copy" in workbook("open")


def test_reset_without_a_number_asks_and_names_the_chapter(workbook: Command) -> None:
    """The chapter that is meant may be another one than the learner thinks of; a plain Enter changes nothing."""
    workbook("open")
    workbook.mine("# mine\n")

    ran = CliRunner().invoke(workbook.app, ["reset"], input="\n")

    assert "Begin 01 Say hello again? [y/N]" in ran.output
    assert (ran.exit_code, workbook.mine(), desk.copies_aside(workbook.hello)) == (1, "# mine\n", [])
    workbook("reset", "--yes")
    assert len(desk.copies_aside(workbook.hello)) == 1


def test_reset_twice_in_a_second_keeps_both(workbook: Command) -> None:
    """Two copies that are set aside at the same moment get names of their own."""
    workbook("open")
    for number in range(3):
        workbook.mine(f"# {number}\n")
        workbook("reset", "1")

    assert len(workbook("restore", "1", "--list").split()) == 3


def test_restore_brings_the_newest_back(workbook: Command) -> None:
    """The copy returns, and the one in its place is set aside in turn: nothing is lost."""
    workbook("open")
    workbook.mine("# first\n")
    workbook("reset", "1")
    workbook.mine("# second\n")

    workbook("restore")

    assert workbook.mine() == "# first\n"
    assert [(place / MAIN).read_text(encoding="utf-8") for place in desk.copies_aside(workbook.hello)] == ["# second\n"]


def test_reset_of_an_untouched_copy_sets_nothing_aside(workbook: Command) -> None:
    """There is nothing of the learner's in it, however often it is asked for."""
    workbook("open")

    said = [workbook("reset", "1") for _ in range(2)]

    assert desk.copies_aside(workbook.hello) == []
    assert said == ["✓ desk/01_hello is as it was opened; there was nothing to set aside.\n"] * 2


def test_reset_keeps_a_copy_with_one_file_more(workbook: Command) -> None:
    """A file that was added is work as well."""
    workbook("open")
    workbook.mine("# mine\n", "notes.txt")

    workbook("reset", "1")

    assert [(place / "notes.txt").is_file() for place in desk.copies_aside(workbook.hello)] == [True]


def test_restore_takes_the_newest_with_work_in_it(workbook: Command) -> None:
    """A copy that was set aside as it was opened is nobody's work; by its date it comes back too."""
    workbook("open")
    workbook.mine("# mine\n")
    workbook("reset", "1")
    untouched = desk.set_aside(workbook.hello)
    assert untouched is not None

    workbook("restore", "1")
    assert workbook.mine() == "# mine\n"

    workbook("restore", "1", untouched.name)
    assert workbook.mine() != "# mine\n"


def test_reset_all_begins_a_second_round(workbook: Command) -> None:
    """Every copy with work is set aside, and nothing counts as done; without a yes nothing happens."""
    workbook("open")
    workbook.mine("# mine\n")
    workbook.solve()

    CliRunner().invoke(workbook.app, ["reset", "--all"], input="\n")
    assert progress.load(workbook.toy.root).of(workbook.hello).done

    workbook("reset", "--all", "--yes")
    assert len(desk.copies_aside(workbook.hello)) == 1
    assert not progress.load(workbook.toy.root).of(workbook.hello).done
    assert workbook.mine() != "# mine\n"


@pytest.mark.parametrize("word", ["hello", "1", "desk/01_hello", "desk/01_hello/", "./desk/01_hello/shelf/main.py"])
def test_check_takes_a_chapter_however_it_is_named(workbook: Command, word: str) -> None:
    """By its name, and by the path that a shell completes."""
    workbook("open")

    assert "requirement" in workbook("check", word)


def test_help_is_a_command_too(workbook: Command) -> None:
    """Alone it lists the commands; with one, it says what that takes."""
    assert "restore" in workbook("help")
    assert "--full" in workbook("help", "check")
    with pytest.raises(UserError, match="no command 'chekc'"):
        workbook("help", "chekc")


def test_restore_of_a_date_that_is_not_there(workbook: Command) -> None:
    """An unknown copy is named, the present one stays."""
    workbook("open")
    workbook.mine("# mine\n")
    workbook("reset", "1")

    with pytest.raises(UserError, match="No copy of 01_hello was set aside as 1999") as error:
        workbook("restore", "1", "1999")

    assert "--list" in error.value.todo

    assert workbook.hello.desk.is_dir()


def test_reset_empties_the_database_of_the_copy(workbook: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lasting database of the desk copy begins again too."""
    from workbook.postgres import databases

    emptied: list[str] = []
    monkeypatch.setattr(databases, "reset", emptied.append)
    workbook("open", "2")

    assert "Its database is empty." in workbook("reset", "2")
    assert emptied == ["desk_02_store"]


def test_reset_without_a_server_resets_the_files(workbook: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that cannot be reached is said, and stops nothing."""
    from workbook.postgres import databases

    def refuse(name: str) -> Any:
        raise UserError("The server does not answer.", "Start it.")

    monkeypatch.setattr(databases, "reset", refuse)
    workbook("open", "2")

    assert "Its database was not emptied: The server does not answer." in workbook("reset", "2")
    assert workbook.toy.course.find("02").desk.is_dir()


def test_hint_gives_one_tier_at_a_time(workbook: Command) -> None:
    """Each call gives the next hint; the last one stays, and points at the notebook."""
    said = [workbook("hint") for _ in range(3)]

    assert [line.split(":")[0] for line in said] == [f"Chapter 01 · Hint {tier} of 2" for tier in (1, 2, 2)]
    assert "That was the last one." in said[1]


def test_hints_are_remembered(workbook: Command) -> None:
    """How many hints were read stands in the overview."""
    workbook("open")
    workbook("hint")

    assert "1 of 2 hints read" in workbook()


def test_all_hints_are_read_after_passing(workbook: Command) -> None:
    """Once the exercise is solved every hint is shown, and none is counted."""
    workbook.solve()

    said = workbook("hint", "1")

    assert said.startswith("Chapter 01 · Hint 1 of 2: ")
    assert "Hint 2 of 2" in said
    assert progress.load(workbook.toy.root).of(workbook.hello).hints == 0


def test_solution_waits_until_it_is_solved(workbook: Command) -> None:
    """Before that it is shown only to who gives up, which is remembered."""
    with pytest.raises(UserError, match="You have not solved 01_hello yet"):
        workbook("solution")
    assert not progress.load(workbook.toy.root).of(workbook.hello).gave_up

    assert '+@app.get("/hello/{name}")' in workbook("solution", "--give-up")
    assert progress.load(workbook.toy.root).of(workbook.hello).gave_up


def test_solution_is_compared_with_the_copy(workbook: Command) -> None:
    """The difference is the one to the learner's own lines, and says whose are whose."""
    workbook("open")
    workbook.mine("MINE = 1\n")
    workbook.solve()

    said = workbook("solution", "1")

    assert said.startswith("- is in your copy, + in the solution\n")
    assert "-MINE = 1" in said


def test_diff_shows_what_was_changed(workbook: Command) -> None:
    """The copy against the stage: one's own lines, and those that are gone."""
    workbook("open")
    assert workbook("diff").strip() == "You have not changed anything yet."
    workbook.mine(workbook.mine() + "SLIP = 1\n")

    assert "+SLIP = 1" in workbook("diff")


def test_changes_shows_what_the_chapter_changed(workbook: Command) -> None:
    """The difference to the chapter before it is printed."""
    assert "shelf/models.py" in workbook("changes", "2")


def test_status_shows_every_chapter(workbook: Command) -> None:
    """Done, open, and those that need others first; the minutes that are left, and in one line what comes next."""
    before = workbook("status")
    workbook.solve()
    after = workbook("status")

    assert "30 minutes left" in before
    assert "needs 01" in before
    assert "locked" not in before + workbook("status", "--help")
    assert "20 minutes left" in after
    assert [line.split()[0] for line in after.splitlines()[1:]] == ["✓", "○", "→"]


def test_status_ends_with_the_next_step(workbook: Command) -> None:
    """Read a notebook that was not begun, judge a copy that there is, and after the last chapter nothing."""
    fresh = workbook("status").splitlines()[-1]
    workbook("open", "02")
    begun = workbook("status").splitlines()[-1]
    with progress.changed(workbook.toy.root) as remembered:
        for chapter in workbook.toy.course.chapters:
            remembered.of(chapter).done = True
    finished = workbook("status").splitlines()[-1]

    assert re.fullmatch(r"→ 01 comes next: `.*workbook start` opens its notebook\.", fresh)
    assert re.fullmatch(r"→ 02 is begun: `.*workbook check 02` judges your copy\.", begun)
    assert finished == "✓ You have done every chapter there is."


def test_restore_with_nothing_set_aside(workbook: Command) -> None:
    """It is said, without a list that would be empty; the list says it too."""
    with pytest.raises(UserError, match="No copy of 01_hello was set aside") as error:
        workbook("restore", "1")

    assert error.value.todo.endswith("open 01`; it makes your copy.")
    workbook("open", "1")
    with pytest.raises(UserError) as error:
        workbook("restore", "1")
    assert error.value.todo == "Go on with desk/01_hello: it is your only copy."
    assert workbook("restore", "1", "--list") == "None was set aside.\n"


def test_overview_of_a_finished_course(workbook: Command) -> None:
    """After the last chapter there is nothing next, and that is said."""
    with progress.changed(workbook.toy.root) as remembered:
        for chapter in workbook.toy.course.chapters:
            remembered.of(chapter).done = True

    assert "You have done every chapter there is." in workbook()


def test_overview_says_where_damaged_progress_went(workbook: Command) -> None:
    """A file that could not be read is named, once."""
    workbook("open")
    (workbook.toy.root / progress.FILE).write_text("{", encoding="utf-8")

    assert "progress.damaged.json" in " ".join(workbook().split())


@pytest.mark.parametrize("command", ["check", "diff", "reset"])
def test_commands_without_a_copy_say_how_to_make_one(command: str, workbook: Command) -> None:
    """Nothing to work on is two sentences, not a traceback."""
    with pytest.raises(UserError, match="Chapter 01_hello is not on your desk") as error:
        workbook(command)

    assert "open 01" in error.value.todo
    assert not workbook.hello.desk.exists()


@pytest.mark.parametrize(
    ("command", "on"),
    [("open", True)]
    + [(name, False) for name in ("check", "watch", "hint", "solution", "diff", "changes", "reset", "restore")],
)
def test_help_says_which_chapter_is_meant_without_a_number(command: str, on: bool, workbook: Command) -> None:
    """The rule is there in words where it matters: `open` goes on, all others stay."""
    said = " ".join(workbook(command, "--help").replace("│", " ").split())

    assert ("without it, the one opened or checked last; once it is solved, the first unfinished one." in said) == on
    assert "without it, the one opened or checked last" in said
