"""`workbook db` shows, opens and empties what is the learner's own."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from embedded import CHECKOUT, answer, as_admin, at_home, environment, own_server
from toys import TOY
from typer.testing import CliRunner, Result

from workbook import course
from workbook.cli import app
from workbook.learner import desk
from workbook.postgres import databases, server
from workbook.postgres.connection import connected
from workbook.setup import exec
from workbook.system.errors import UserError

pytestmark = pytest.mark.xdist_group("db")


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The toy course with a server of its own."""
    with own_server(tmp_path_factory.mktemp("db")) as root:
        shutil.copytree(TOY, root, dirs_exist_ok=True)
        yield root


@pytest.fixture
def home(premises: Path) -> Iterator[Path]:
    """Its server runs, and no chapter has a database yet."""
    with at_home(premises):
        databases.url()
        yield premises
        databases.clear()


def db(*arguments: str, keys: str = "") -> Result:
    """Run `workbook db …`; `keys` is what is typed into it."""
    return CliRunner().invoke(app, ["db", *arguments], input=keys)


def fill(number: str) -> str:
    """Put a table into the database of the learner's copy of a chapter; returns its URL."""
    url = databases.named(desk.database_name(course.load().find(number)))
    answer(url, "CREATE TABLE mine (n int)")
    return url


def is_empty(url: str) -> bool:
    return answer(url, "SELECT to_regclass('mine')") is None


def test_db_url_is_the_one_of_the_server(home: Path) -> None:
    """As another program needs it."""
    assert db("url").stdout == f"{databases.url()}\n"


def test_db_url_starts_the_server(home: Path) -> None:
    """A URL at which nothing answers would be of no use."""
    server.stop()
    url = db("url").stdout.strip()
    assert answer(url, "SELECT 1") == 1


def test_db_psql_opens_the_database_of_a_copy(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The one that the learner's app works on."""
    fill("02")
    assert db("psql", "2", "-c", "\\dt").exit_code == 0
    assert "mine" in capfd.readouterr().out


def test_db_psql_says_why_a_database_is_empty(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Who comes from a green check looks for its rows here; what a script reads stays psql's own."""
    said = db("psql", "2", "-c", "SELECT 1")
    assert "This database has no table yet." in said.stderr
    assert "checks and notebooks use databases of their own" in said.stderr
    assert "db psql NN" in db("psql", "-c", "SELECT 1").stderr
    assert said.stdout == ""

    fill("02")
    assert db("psql", "2", "-c", "SELECT 1").stderr == ""


def test_db_reset_says_that_a_program_used_it(home: Path) -> None:
    """An app that goes on asks for tables that are gone."""
    url = fill("02")
    assert "A program used it." not in db("reset", "2").stdout
    with connected(url):
        assert "start it again" in db("reset", "2").stdout


def test_db_psql_opens_the_first_database_without_a_chapter(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """From there, all others can be seen."""
    db("psql", "-c", "SELECT current_database()")
    assert "postgres" in capfd.readouterr().out


def test_db_psql_tells_by_its_exit_code(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A script can ask it."""
    assert db("psql", "-c", "SELECT no_such_thing").exit_code == 1
    assert "no_such_thing" in capfd.readouterr().err


def test_db_psql_keeps_the_password_out_of_its_arguments(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every user of a machine sees the arguments of all programs."""
    started: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(exec, "run_child", lambda command, env, folder: started.append((command, env)) or 0)
    db("psql")
    ((arguments, env),) = started
    password = databases.url().split(":")[2].partition("@")[0]
    assert (password in " ".join(arguments), env["PGPASSWORD"]) == (False, password)


def test_db_reset_empties_the_database_of_one_copy(home: Path) -> None:
    """And no other."""
    one, other = fill("01"), fill("02")
    assert db("reset", "02").stdout == "✓ The database of 02_store is empty.\n"
    assert (is_empty(one), is_empty(other)) == (False, True)


@pytest.mark.parametrize(
    ("arguments", "keys", "kept"),
    [((), "y\n", False), ((), "n\n", True), ((), "", True), (("--yes",), "", False)],
    ids=["yes", "no", "no-answer", "told-before"],
)
def test_db_reset_asks_before_it_empties_all(home: Path, arguments: tuple[str, ...], keys: str, kept: bool) -> None:
    """One word less than meant, and everything would be gone."""
    fill("02")
    db("reset", *arguments, keys=keys)
    assert is_empty(databases.named("desk_02_store")) is not kept


@pytest.mark.parametrize(
    ("command", "said"), [("psql", "the server's first database"), ("reset", "those of all your copies")]
)
def test_db_help_says_what_no_chapter_means(command: str, said: str) -> None:
    """It is not the chapter that was opened last, as elsewhere."""
    shown = " ".join(db(command, "--help").stdout.replace("│", " ").split())
    assert f"A chapter, for the database of your copy; without it, {said}." in shown


def test_db_reset_knows_the_chapters(home: Path) -> None:
    """A number that is none is said, not made into a database."""
    assert isinstance(db("reset", "77").exception, UserError)


def test_db_status_starts_nothing(home: Path) -> None:
    """To look is not to touch."""
    server.stop()
    assert "not running: it starts when it is needed" in db("status").stdout
    assert not server.status().running


def test_db_status_shows_what_is_yours(home: Path) -> None:
    """The lasting databases by name, those in use by number."""
    fill("02")
    with databases.fresh("now"):
        shown = db("status").stdout
    assert "workbook_desk_02_store_" in shown
    assert "Others   1 that tests and notebooks use while they run\n" in shown


def test_db_status_names_the_server_that_is_configured(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nobody wonders where the data went; its password is not shown."""
    answer(as_admin(databases.url()), "DROP ROLE IF EXISTS own")
    answer(as_admin(databases.url()), "CREATE ROLE own LOGIN PASSWORD 'quite-secret'")
    host = databases.url().rpartition("@")[2]
    monkeypatch.setenv("DATABASE_URL", f"postgresql://own:quite-secret@{host}")
    shown = db("status").stdout
    assert "DATABASE_URL in your environment" in shown
    assert "quite-secret" not in shown


def test_db_status_says_what_is_out_of_the_ordinary(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data outside the checkout and why, and clusters that are kept."""
    odd = server.Status(False, Path("/far"), 1, "nobody", "root may not", 2)
    monkeypatch.setattr(server, "status", lambda: odd)
    shown = db("status").stdout
    assert "not in the checkout: root may not" in shown
    assert "Kept     2 more, not in use: `" in shown


def test_db_shows_trouble_in_sentences(tmp_path: Path) -> None:
    """From outside, as it is; the brackets in a path are no markup."""
    root = tmp_path / "[red] x"
    root.mkdir()
    (root / ".workbook").write_text("", encoding="utf-8")
    command = [sys.executable, "-m", "workbook", "db", "url"]
    env = environment(root) | {"PYTHONUTF8": "1"}
    done = subprocess.run(command, env=env, cwd=CHECKOUT, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.search(r"✗ .*\[red\] x.* cannot be used: .*\.\n  Run the command .*\.\n$", done.stderr)
