"""A cluster holds what somebody made: it is started, brought over or set aside, and never deleted by itself."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from embedded import answer, as_admin, at_home, own_server
from hostile import FULL
from typer.testing import CliRunner, Result

from workbook.cli import app
from workbook.postgres import binaries, cluster, databases, initdb, installation, lifecycle, record, server
from workbook.postgres.cluster import USER, Cluster
from workbook.system.errors import UserError

pytestmark = pytest.mark.xdist_group("clusters")


def fill() -> None:
    """Make a table in the first database, and one in a database of somebody's own."""
    answer(server.ensure(), "CREATE TABLE kept AS SELECT 42 AS n")
    answer(databases.named("desk_02"), "CREATE TABLE mine AS SELECT 7 AS n")


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A checkout with a server that somebody used, to be damaged."""
    with own_server(tmp_path / "clusters") as root, at_home(root):
        fill()
        yield root


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with own_server(tmp_path_factory.mktemp("clusters")) as root:
        with at_home(root):
            fill()
        yield root


@pytest.fixture
def sound(premises: Path) -> Iterator[Path]:
    """Another one, which every test leaves as it was."""
    with at_home(premises):
        server.ensure()
        yield premises


def kept() -> list[object]:
    """What that somebody still has in the cluster that is served."""
    return [answer(server.ensure(), "SELECT n FROM kept"), answer(databases.named("desk_02"), "SELECT n FROM mine")]


def clusters_command(*arguments: str, keys: str = "") -> Result:
    return CliRunner().invoke(app, ["db", "clusters", *arguments], input=keys)


def folder() -> Path:
    found = server.status().folder
    assert found
    return found


LEADING_ELSEWHERE = {
    **{"PGHOSTADDR": "192.0.2.1", "PGREQUIREAUTH": "none", "PGTARGETSESSIONATTRS": "standby", "PGSERVICE": "none"},
    **{"PGSSLMODE": "require", "PGOPTIONS": "-c no_such=1", "PGCHANNELBINDING": "require", "PGDATABASE": "no_such"},
    **{"PGPASSFILE": "/no/such", "PGUSER": "nobody", "PGPASSWORD": "wrong", "PGSYSCONFDIR": "/no/such", "PGPORT": "1"},
    **{"PGGSSENCMODE": "require", "PGCLIENTENCODING": "SQL_ASCII", "PGDATA": "/no/such", "PGMINPROTOCOLVERSION": "x"},
}


@pytest.mark.parametrize("running", [True, False], ids=["running", "stopped"])
@pytest.mark.parametrize("name", [*LEADING_ELSEWHERE] if FULL else ["PGHOSTADDR", "PGSERVICE", "all"])
def test_a_variable_of_postgresql_is_no_damage(
    sound: Path, name: str, running: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It leads neither the program nor what it starts to another server."""
    if not running:
        server.stop()
    for one in LEADING_ELSEWHERE if name == "all" else [name]:
        monkeypatch.setenv(one, LEADING_ELSEWHERE[one])
    before = folder()
    assert (kept(), folder(), server.kept()) == ([42, 7], before, [])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits.")
@pytest.mark.parametrize(("limit", "value"), [("RLIMIT_NOFILE", 30), ("RLIMIT_FSIZE", 0)])
def test_a_limit_of_the_shell_is_no_damage(sound: Path, limit: str, value: int) -> None:
    """It is said, and in a shell without the limit everything is there."""
    import resource
    import signal
    import subprocess

    from embedded import environment

    server.stop()

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(getattr(resource, limit), (value, value))

    code = "from workbook.postgres import server; print(server.ensure())"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(sound), preexec_fn=limited, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 1
    assert (kept(), server.kept()) == ([42, 7], [])


@pytest.mark.parametrize(
    "said",
    [
        "FATAL:  could not create lock file: No space left on device",
        "FATAL:  could not open file: Permission denied",
        "FATAL:  insufficient file descriptors available to start server process",
        "FATAL:  could not map anonymous shared memory: Cannot allocate memory",
        "FATAL:  could not fork: Resource temporarily unavailable",
        "pg_ctl did not end within 120 s",
        "FATAL:  something that nobody foresaw",
    ],
)
def test_a_passing_trouble_is_no_damage(sound: Path, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What keeps every cluster from starting, or is gone a moment later, sets none aside."""
    server.stop()
    before = folder()
    with monkeypatch.context() as patch:
        patch.setattr(Cluster, "start", lambda *_: said)
        with pytest.raises(UserError):
            server.ensure()
    assert (kept(), folder(), server.kept()) == ([42, 7], before, [])
    assert [one.name for one in before.parent.iterdir() if one.name.startswith(initdb.MAKING)] == []


def test_a_trouble_that_passes_meanwhile_is_no_damage(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cluster gets a second chance once another one has been seen to start."""
    server.stop()
    before, start, failures = folder(), Cluster.start, ["FATAL:  just now"]
    monkeypatch.setattr(
        Cluster,
        "start",
        lambda self, *more: failures.pop() if self.folder == before and failures else start(self, *more),
    )
    assert (kept(), folder(), server.kept(), failures) == ([42, 7], before, [], [])


DAMAGES: dict[str, Callable[[Path], Any]] = {
    "control-file": lambda folder: (folder / "global" / "pg_control").write_bytes(b""),
    "version-file": lambda folder: (folder / "PG_VERSION").unlink(),
    "no-version": lambda folder: (folder / "PG_VERSION").write_text("ä", encoding="utf-8"),
    "settings": lambda folder: (folder / "postgresql.conf").write_text("port = 'x\n", encoding="utf-8"),
    "catalogue": lambda folder: shutil.rmtree(folder / "base"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_cluster_is_set_aside_with_its_reason(root: Path, damage: str) -> None:
    """The classroom goes on, with an empty one; what is in the other can still be looked into."""
    server.stop()
    DAMAGES[damage](folder())
    before, files = folder(), {one.name for one in folder().iterdir()}
    assert answer(server.ensure(), "SELECT 1") == 1
    (aside,) = server.kept()
    assert aside.folder == before.with_name(before.name.replace("cluster", "set-aside"))
    assert aside.reason.startswith("PostgreSQL does not start in ")
    assert files - {one.name for one in aside.folder.iterdir()} <= {"server.log"}


def test_a_cluster_of_another_version_is_kept_and_named(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As after an update, where the programs that made it are gone."""
    server.stop()
    (folder() / "PG_VERSION").write_text("9.6\n", encoding="utf-8")
    server.ensure()
    (aside,) = server.kept()
    assert re.match(r"PostgreSQL 9 made .*, and only PostgreSQL \d+ is installed", aside.reason)
    assert "db clusters" in capsys.readouterr().err


def test_a_cluster_whose_folder_is_gone_is_said(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It may be on a disk that is not there today."""
    server.stop()
    shutil.rmtree(folder())
    assert answer(server.ensure(), "SELECT 1") == 1
    assert "which is gone" in capsys.readouterr().err


TEXTS = ["", "{", '{"folder": "clu', "[]", '{"folder": 5}', "[" * 100_000, '{"folder": "x"}']


@pytest.mark.parametrize(("text", "running"), [*((text, False) for text in TEXTS), ("{", True)])
def test_a_cluster_is_found_without_its_record(sound: Path, text: str, running: bool) -> None:
    """The password is not all that was lost, were it lost: it is set anew."""
    if not running:
        server.stop()
    (sound / ".workbook" / "postgres" / "server.json").write_text(text, encoding="utf-8")
    assert (kept(), server.kept()) == ([42, 7], [])


@pytest.mark.parametrize("version", [16, 18])
def test_a_cluster_of_an_older_kind_is_brought_over(tmp_path: Path, version: int) -> None:
    """From an older PostgreSQL whose programs are there, and from a role that was a superuser: with every database."""
    if not binaries.of_version(version, tmp_path):
        pytest.skip(f"The wheel has no PostgreSQL {version} for this system.")
    with own_server(tmp_path / "old") as root, at_home(root):
        where = installation.with_version(installation.find(root), version)
        assert where
        old = legacy(where)
        record.write(old)
        answer(old.url, "CREATE TABLE kept AS SELECT 42 AS n")
        mine = databases.named("desk_02")  # of the cluster that runs now: the new one
        assert (answer(mine, "SELECT 1"), answer(server.ensure(), "SELECT n FROM kept")) == (1, 42)
        assert answer(server.ensure(), "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert answer(server.ensure(), "SELECT tableowner FROM pg_tables WHERE tablename = 'kept'") == USER
        (aside,) = server.kept()
        assert (aside.folder.name, aside.reason) == (
            old.folder.name.replace("cluster", "set-aside"),
            "its databases were brought over: own, postgres",
        )
        with psycopg2.connect(server.ensure().replace("+psycopg2", "").replace("/postgres", "/own")) as made:
            cursor = made.cursor()
            cursor.execute("SELECT title FROM books")
            assert cursor.fetchall() == [("Ä",)]
        made.close()


def legacy(where: installation.Place) -> Cluster:
    """A running cluster as the workbook made it once: its one role is a superuser."""
    made = Cluster(where.home / "cluster-00000001", "secret", server_port())
    made.folder.mkdir(mode=0o700)
    where.hand_over(made.folder)
    builtin = binaries.version(where.programs) > 16
    provider = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8") if builtin else ()
    secret = made.folder.with_suffix(".secret")
    secret.write_text(made.password, encoding="utf-8")
    where.hand_over(secret)
    code, said = where.run(
        *("initdb", "-D", made.folder, "-U", USER, f"--pwfile={secret}", "-A", "scram-sha-256", "-E", "UTF8"),
        *("--locale=C", *provider, "--set=listen_addresses=127.0.0.1", "--set=unix_socket_directories="),
    )
    secret.unlink()
    assert code == 0, said
    code, said = where.run("pg_ctl", "-D", made.folder, "-l", made.log, "-w", "-o", f"-p {made.port}", "start")
    assert code == 0, said
    answer(made.url, "CREATE DATABASE own")
    own = made.url.replace("/postgres", "/own")
    answer(own, "CREATE TABLE books (id serial PRIMARY KEY, title text); INSERT INTO books (title) VALUES ('Ä')")
    return made


def server_port() -> int:
    return lifecycle.free_port()


def test_what_was_half_made_goes_with_the_next_start(sound: Path) -> None:
    """Its maker was killed: nobody ever used it."""
    server.stop()
    (folder().parent / f"{initdb.MAKING}1234").mkdir()
    (folder().parent / f"{initdb.MAKING}1234.secret").write_text("secret", encoding="utf-8")
    (folder().parent / "dump-1234").write_text("rows", encoding="utf-8")
    server.ensure()
    left = {one.name for one in folder().parent.iterdir()} - {"lock", "server.json", "checkout"}
    assert left == {folder().name}


def second(root: Path) -> str:
    """Damage the cluster, so that a new one takes its place, and mend it where it is now; returns its name."""
    server.stop()
    control = folder() / "global" / "pg_control"
    good = control.read_bytes()
    control.write_bytes(b"")
    answer(server.ensure(), "CREATE TABLE later (n int)")
    (aside,) = server.kept()
    (aside.folder / "global" / "pg_control").write_bytes(good)
    return aside.name


def test_db_clusters_lists_what_is_kept(root: Path) -> None:
    """With its size, its age and why."""
    assert folder().name not in clusters_command().stdout
    name = second(root)
    shown = clusters_command().stdout
    assert re.match(rf"{name}  \d\d+ MB, last used today\n  PostgreSQL does not start in ", shown)


def test_db_clusters_uses_another_one(root: Path) -> None:
    """And the one that was used is kept in its place."""
    name = second(root)
    assert clusters_command("--use", name[-8:]).exit_code == 0
    assert kept() == [42, 7]
    (aside,) = server.kept()
    assert aside.reason == f"you chose {folder().name} in its place"
    clusters_command("--use", aside.name)
    assert answer(server.ensure(), "SELECT count(*) FROM later") == 0


@pytest.mark.parametrize("damage", DAMAGES)
def test_db_clusters_stays_with_one_that_starts(root: Path, damage: str) -> None:
    """A choice that cannot be had changes nothing."""
    name, before = second(root), folder()
    DAMAGES[damage](folder().with_name(name))
    assert clusters_command("--use", name).exit_code == 1
    assert (folder(), answer(server.ensure(), "SELECT count(*) FROM later")) == (before, 0)
    assert [one.name for one in server.kept()] == [name]


@pytest.mark.parametrize(
    ("arguments", "keys", "stays"),
    [((), "n\n", True), ((), "", True), ((), "y\n", False), (("--yes",), "", False)],
    ids=["no", "no-answer", "yes", "told-before"],
)
def test_db_clusters_asks_before_it_deletes(root: Path, arguments: tuple[str, ...], keys: str, stays: bool) -> None:
    """There is no way back."""
    name = second(root)
    clusters_command("--remove", name, *arguments, keys=keys)
    assert folder().with_name(name).exists() is stays
    assert answer(server.ensure(), "SELECT count(*) FROM later") == 0


@pytest.mark.parametrize("option", ["--use", "--remove"])
def test_db_clusters_knows_their_names(sound: Path, option: str) -> None:
    """The one in use is none of them."""
    for name in ("nonsense", folder().name, "../..", "/"):
        done = clusters_command(option, name, "--yes")
        assert isinstance(done.exception, UserError)
        assert done.exception.what == f"No cluster that is set aside is called {name!r}."
    assert kept() == [42, 7]


def test_the_user_of_the_url_has_no_more_rights_than_it_needs(sound: Path) -> None:
    """One injection, or one test of a learner's, runs no program and reads no file."""
    url = server.ensure()
    own = "FROM pg_roles WHERE rolname = current_user"
    assert answer(url, f"SELECT rolsuper OR rolreplication OR rolbypassrls {own}") is False
    assert answer(url, f"SELECT rolcreatedb AND rolcreaterole {own}") is True
    assert answer(url, "SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole") == 0
    for statement in (
        "COPY kept FROM PROGRAM 'echo 1'",
        "COPY kept TO '/tmp/kept'",
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT lo_import('/etc/hostname')",
        "CREATE ROLE another SUPERUSER",
        f"ALTER ROLE {USER} SUPERUSER",
        f"SET ROLE {cluster.ADMIN}",
        f"GRANT {cluster.ADMIN} TO {USER}",
        f"ALTER ROLE {cluster.ADMIN} PASSWORD 'another'",
        f"DROP ROLE {cluster.ADMIN}",
        f"GRANT pg_execute_server_program TO {USER}",
        "ALTER SYSTEM SET fsync TO on",
        "CREATE EXTENSION file_fdw",
        "CREATE FUNCTION evil() RETURNS int LANGUAGE c AS 'libc.so.6', 'system'",
        "SELECT rolpassword FROM pg_authid",
        "DROP DATABASE template1",
    ):
        with pytest.raises(UserError):
            answer(url, statement)


def test_the_other_role_is_the_programs_own(sound: Path) -> None:
    """What needs more is done under it; no URL names it."""
    assert answer(as_admin(server.ensure()), "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is True
    assert cluster.ADMIN not in f"{server.ensure()} {databases.named('desk_02')}"


def test_a_lesson_may_say_when_the_server_looks_for_a_deadlock(sound: Path) -> None:
    """The one setting of the superuser's that the plain user may change: it says which of two sessions is refused."""
    assert answer(server.ensure(), "SELECT has_parameter_privilege('deadlock_timeout', 'SET')") is True


@pytest.mark.parametrize("running", [True, False])
def test_a_cluster_gets_the_rights_that_came_later(sound: Path, running: bool) -> None:
    """The one that an earlier workbook made, whether its server runs or not; its passwords stay."""
    url = server.ensure()
    answer(as_admin(url), f"REVOKE SET ON PARAMETER deadlock_timeout FROM {USER}")
    found = record.read()
    assert found
    record.write(replace(found, rights="those of last year"))
    if not running:
        server.stop()

    assert urlsplit(server.ensure()).password == urlsplit(url).password
    assert answer(server.ensure(), f"SELECT has_parameter_privilege('{USER}', 'deadlock_timeout', 'SET')") is True
