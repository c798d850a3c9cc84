"""One class after another on the same machine: the next one meets nothing of the last, and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from embedded import answer, at_home, own_server
from toys import Toy
from typer.testing import CliRunner, Result

from workbook.cli import app
from workbook.learner import progress
from workbook.learner.again import OF_A_CLASS
from workbook.postgres import databases, record, server

pytestmark = pytest.mark.xdist_group("clusters")


@pytest.fixture
def taught(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A checkout at the end of a class's day."""
    with own_server(toy.root), at_home(toy.root):
        monkeypatch.setenv("NO_COLOR", "1")
        run("open", "02")
        for name in OF_A_CLASS:
            place = toy.root / name
            if place.suffix:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text("{}", encoding="utf-8")
            else:
                place.mkdir(parents=True, exist_ok=True)
                (place / "of the class.txt").write_text("theirs", encoding="utf-8")
        with progress.changed(toy.root) as remembered:
            remembered.of(toy.course.find("01")).done = True
        answer(databases.named("desk_02_store"), "CREATE TABLE theirs AS SELECT 7 AS n")
        yield toy.root


def run(*arguments: str, keys: str = "") -> Result:
    return CliRunner().invoke(app, arguments, input=keys, env={"COLUMNS": "200"})


def found_in(root: Path) -> set[str]:
    return {name for name in OF_A_CLASS if (root / name).exists()}


def test_the_next_class_meets_nothing_of_the_last(taught: Path) -> None:
    """No copy, no progress, no table; all of it is kept, and the command says where."""
    done = run("reset", "--class", "--yes")

    assert done.exit_code == 0, done.output
    assert found_in(taught) == set()
    assert not progress.load(taught).chapters
    with pytest.raises(Exception, match="theirs"):
        answer(databases.named("desk_02_store"), "SELECT n FROM theirs")
    (place,) = re.findall(r"are in (\S+)\.", done.output)
    assert found_in(taught / place) == set(OF_A_CLASS)


def test_a_class_can_be_brought_back(taught: Path) -> None:
    """Its cluster is one of those that `db clusters` lists, with the reason."""
    said = run("reset", "--class", "--yes").output
    (name,) = re.findall(r"kept as (\S+);", said)

    assert (
        f"a class that ended, with its desk in {re.findall(r'are in (.+)[.]', said)[0]}" in run("db", "clusters").output
    )
    server.ensure()
    assert run("db", "clusters", "--use", name).exit_code == 0
    assert answer(databases.named("desk_02_store"), "SELECT n FROM theirs") == 7


def test_two_classes_of_a_day_are_both_kept(taught: Path) -> None:
    """The second has a folder of its own."""
    run("reset", "--class", "--yes")
    run("open", "02")
    run("reset", "--class", "--yes")

    first, second = sorted((taught / ".workbook" / "classes").iterdir())
    assert (second.name, (first / "desk/02_store").is_dir(), (second / "desk/02_store").is_dir()) == (
        f"{first.name}-2",
        True,
        True,
    )


def test_without_a_yes_nothing_happens(taught: Path) -> None:
    """Who presses Enter keeps everything."""
    before = record.read()

    assert run("reset", "--class", keys="\n").exit_code == 1
    assert (found_in(taught), record.read()) == (set(OF_A_CLASS), before)


def test_where_there_was_no_class_nothing_is_set_aside(toy: Toy) -> None:
    """A machine that nobody used is said to be ready."""
    with own_server(toy.root), at_home(toy.root):
        done = run("reset", "--class", "--yes")

    assert (done.exit_code, done.output) == (0, "✓ The desk is empty; there was nothing to set aside.\n")
    assert not (toy.root / ".workbook" / "classes").exists()


def test_what_cannot_be_moved_is_named(taught: Path) -> None:
    """With what to do, and without a traceback; what is in its place stays."""
    (taught / ".workbook" / "classes").write_text("a file in the way", encoding="utf-8")

    assert "desk can't be set aside" in str(run("reset", "--class", "--yes").exception)
    assert found_in(taught) == set(OF_A_CLASS)


def test_databases_on_a_server_of_ones_own_are_emptied(taught: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That server's folder is not the workbook's to move."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@192.0.2.1/theirs")
    monkeypatch.setattr(databases, "clear", lambda: ["desk_02_store"])

    assert "Databases emptied on DATABASE_URL in your environment: 1." in run("reset", "--class", "--yes").output
