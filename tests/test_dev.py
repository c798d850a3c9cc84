"""`workbook dev …` says what it did, and ends with 1 where something does not hold."""

from pathlib import Path

import pytest
import typer
from toys import Done, Toy
from typer.testing import CliRunner

from workbook import notebooks
from workbook.commands import dev
from workbook.system.errors import UserError


def run(toy: Toy, *arguments: str) -> Done:
    """Run `dev` in this process: what goes through the whole command is tested from outside, below."""
    app = typer.Typer()
    dev.register(app)
    app.callback()(lambda: None)
    result = CliRunner(env={"WORKBOOK_ROOT": str(toy.root)}).invoke(app, ["dev", *arguments])
    if isinstance(result.exception, UserError):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def test_dev_lock_says_what_it_wrote(toy: Toy) -> None:
    """What was out of date is named, and then current."""
    toy.edit("chapters/02_store/shelf/main.py", "No such item.", "Nothing there.")

    first, second = run(toy, "lock"), run(toy, "lock")

    assert first.stdout.startswith("✓ written. It was out of date: 02_store and its CHANGES.diff disagree")
    assert second == Done(0, "✓ Every CHANGES.diff is current.\n", "")


def test_dev_lock_check_ends_with_1(toy: Toy) -> None:
    """A lock that does not hold fails the check."""
    toy.edit("chapters/01_hello/shelf/main.py", "hello, world", "hi, world")

    done = run(toy, "lock", "--check")

    assert done.code == 1
    assert "✗ 02_store undoes what 01_hello changed in shelf/main.py." in done.stdout


def test_dev_readme_writes_the_table(toy: Toy) -> None:
    """The table is written where it was out of date."""
    toy.write("README.md", "<!-- chapters -->\n<!-- /chapters -->\n")

    assert run(toy, "readme", "--check").code == 1
    assert run(toy, "readme").code == 0
    assert "[Store a thing](notebooks/02_store.ipynb)" in toy.read("README.md")


def test_dev_carry_says_what_it_carried(toy: Toy) -> None:
    """Each file has a line."""
    toy.commit()
    toy.edit("chapters/01_hello/shelf/main.py", "hello, world", "hi, world")

    assert "✓ chapters/02_store/shelf/main.py: carried" in run(toy, "carry", "1").stdout


@pytest.mark.parametrize("flag", ["--continue", "--abort"])
def test_dev_carry_without_a_carry_under_way_is_an_error(toy: Toy, flag: str) -> None:
    """There is nothing to go on with, and nothing to take back."""
    with pytest.raises(UserError, match="No carry is under way"):
        run(toy, "carry", flag)


@pytest.mark.parametrize("arguments", [[], ["01", "--abort"], ["--continue", "--abort"]], ids=["none", "both", "flags"])
def test_dev_carry_wants_one_thing(toy: Toy, arguments: list[str]) -> None:
    """A chapter, --continue or --abort: one of them."""
    with pytest.raises(UserError, match="Carry what"):
        run(toy, "carry", *arguments)


def test_dev_notebooks_says_what_it_stored(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    """One chapter or all of them, and for each whether its file changed."""
    asked: list[list[Path]] = []

    def refresh(paths: list[Path]) -> list[tuple[Path, bool]]:
        asked.append(paths)
        return [(path, path.stem == "02_store") for path in paths]

    monkeypatch.setattr(notebooks, "refresh", refresh)

    one, both = run(toy, "notebooks", "02"), run(toy, "notebooks")

    assert [[path.stem for path in paths] for paths in asked] == [["02_store"], ["01_hello", "02_store"]]
    assert one.stdout == "✓ 02_store.ipynb: stored\n"
    assert both.stdout == "✓ 01_hello.ipynb: as it was\n✓ 02_store.ipynb: stored\n"


def test_dev_notebooks_check_ends_with_1(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    """An output that is not as stored fails the check."""
    monkeypatch.setattr(notebooks, "check", lambda paths: [f"{paths[0].name}: cell 2 differs."])

    assert run(toy, "notebooks", "01", "--check") == Done(1, "✗ 01_hello.ipynb: cell 2 differs.\n", "")


def test_dev_new_lists_what_is_to_be_done(toy: Toy) -> None:
    """The author reads what the checks will ask for."""
    done = run(toy, "new", "more", "--after", "02")

    assert done.stdout.startswith("✓ 03_more is begun. To be done:\n  - the minutes of its walk are not declared.\n")


def test_dev_from_outside_shows_trouble_as_sentences(toy: Toy) -> None:
    """The whole command: two sentences on standard error, exit code 1, no traceback."""
    done = toy.workbook("dev", "carry", "7")

    assert done == Done(1, "", "✗ There is no chapter '7'.\n  Name one of these, or its number: 01_hello, 02_store.\n")
