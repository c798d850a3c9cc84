"""Everyone gets a database of their own, and nothing is ever dropped that the workbook did not make."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from embedded import answer, as_admin, at_home, begin, own_server

from workbook.postgres import cluster, connection, databases
from workbook.postgres import server as embedded_server
from workbook.system.errors import UserError

pytestmark = pytest.mark.xdist_group("databases")  # one cluster for all of it


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A checkout with a server for this module."""
    with own_server(tmp_path_factory.mktemp("databases")) as root:
        yield root


@pytest.fixture
def server(premises: Path) -> Iterator[str]:
    """The URL of the server at home; what a test leaves there is dropped."""
    with at_home(premises):
        url = databases.url()
        before = names(url)
        yield url
        for name in names(url) - before - {databases.TEMPLATE}:
            answer(url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def foreign(server: str) -> str:
    """A database with a name like ours that somebody else made."""
    answer(server, "CREATE DATABASE workbook_thesis_12345678")
    return connection.with_name(server, "workbook_thesis_12345678")


def names(url: str) -> set[str]:
    with connection.connected(url) as connected, connected.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return {name for (name,) in cursor.fetchall()}


def login(server: str, role: str, rights: str) -> str:
    """The server's URL for a role with these rights, made anew."""
    answer(as_admin(server), f"DROP ROLE IF EXISTS {role}")
    answer(as_admin(server), f"CREATE ROLE {role} LOGIN PASSWORD 'secret' {rights}")
    return re.sub(r"//.*@", f"//{role}:secret@", server)


def test_databases_are_empty_and_apart(server: str) -> None:
    """What one leaves behind, another never sees."""
    with databases.fresh("one") as one, databases.fresh("one") as other:
        answer(one, "CREATE TABLE mine (n int)")
        assert answer(other, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0


def test_databases_are_clean_whatever_the_server_gives_new_ones(server: str) -> None:
    """On a server of one's own, `template1` may hold anything."""
    template = connection.with_name(as_admin(server), "template1")
    answer(template, "CREATE TABLE junk (n int)")
    try:
        with databases.fresh("clean") as url:
            assert answer(url, "SELECT to_regclass('junk')") is None
    finally:
        answer(template, "DROP TABLE junk")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        pytest.param("SHOW server_encoding", "UTF8", id="encoding"),
        pytest.param("SELECT lower('ÄB')", "äb", id="letter-case"),
        pytest.param("SELECT 'a' > 'B'", True, id="order"),
        pytest.param("SHOW TimeZone", "UTC", id="time-zone"),
    ],
)
def test_databases_answer_alike_on_every_server(server: str, question: str, value: object) -> None:
    """Neither the machine's locale nor the time zone of a server of one's own shows through."""
    answer(as_admin(server), "ALTER SYSTEM SET timezone TO 'Asia/Kathmandu'")
    answer(as_admin(server), "SELECT pg_reload_conf()")
    try:
        with databases.fresh("alike") as url:
            assert answer(url, question) == value
    finally:
        answer(as_admin(server), "ALTER SYSTEM RESET timezone")
        answer(as_admin(server), "SELECT pg_reload_conf()")


@pytest.mark.parametrize(
    "label", ["plain", "desk/04 Ünïcode", 'a"; DROP', "x" * 100, ""], ids=["plain", "path", "quote", "long", "empty"]
)
def test_databases_take_any_label(server: str, label: str) -> None:
    """It becomes part of a name that needs no quotes and is never cut."""
    with databases.fresh(label) as url:
        assert re.fullmatch(r"workbook_[a-z0-9_]*[0-9a-f]{8}", connection.name_of(url))
        assert answer(url, "SELECT current_database()") == connection.name_of(url)


def test_databases_are_dropped_even_in_use(server: str) -> None:
    """A pool that was not closed keeps nothing alive."""
    with databases.fresh("used") as url:
        user = psycopg2.connect(connection.native(url))
    with closing(user), pytest.raises(psycopg2.OperationalError):
        user.cursor().execute("SELECT 1")
    assert connection.name_of(url) not in names(server)


def test_databases_are_dropped_while_they_are_vacuumed(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a server of one's own there may be a worker in it, which nobody but a superuser may end."""
    monkeypatch.setattr(cluster, "UNDISTURBED", "autovacuum_naptime=1s -c autovacuum_vacuum_cost_delay=100ms")
    embedded_server.stop()
    worker = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker' AND datname = '{}'"
    try:
        with databases.fresh("vacuumed") as url:
            answer(url, "CREATE TABLE mine AS SELECT n, repeat('x', 200) FROM generate_series(1, 200000) n")
            answer(url, "DELETE FROM mine WHERE n % 2 = 0")
            until = time.monotonic() + 60
            while not answer(as_admin(server), worker.format(connection.name_of(url))) and time.monotonic() < until:
                time.sleep(0.02)
        assert connection.name_of(url) not in names(server)
    finally:
        embedded_server.stop()
        monkeypatch.undo()
        databases.url()


def test_databases_are_dropped_after_an_error(server: str) -> None:
    """A test that fails leaves nothing, and its own error is the one that shows."""
    with pytest.raises(ZeroDivisionError), databases.fresh("failed") as url:
        raise ZeroDivisionError
    assert connection.name_of(url) not in names(server)


def test_databases_take_along_what_a_test_made_beside_them(server: str) -> None:
    """A test that is killed drops nothing; what has another beginning is another's."""
    with databases.fresh("tested") as url, databases.fresh("tested_too") as other:
        made = f"{connection.name_of(url)}_test_1"
        with closing(psycopg2.connect(connection.native(url))) as session:
            session.autocommit = True
            session.cursor().execute(f'CREATE DATABASE "{made}"')
        databases.drop(url)
        left = names(server)

    assert made not in left
    assert connection.name_of(other) in left


def test_server_writes_no_line_for_what_every_check_does(server: str) -> None:
    """A statement is refused, and a database is dropped in use: the log would grow without end."""
    log = Path(answer(as_admin(server), "SHOW data_directory"), "server.log")
    with databases.fresh("refused") as url:
        user = psycopg2.connect(connection.native(url))
        process = user.info.backend_pid
        with pytest.raises(psycopg2.Error):
            user.cursor().execute("SELECT nothing")
    with closing(user), pytest.raises(psycopg2.OperationalError):
        user.cursor().execute("SELECT 1")
    assert f"[{process}]" not in log.read_text(encoding="utf-8")


def test_drop_passes_over_what_is_gone(server: str) -> None:
    """Dropped twice is dropped."""
    url = databases.create("twice")
    databases.drop(url)
    databases.drop(url)
    assert connection.name_of(url) not in names(server)


@pytest.mark.parametrize(
    "comment", ["", "my thesis", '{"by": "me"}', "{}", "[1]"], ids=["none", "prose", "other", "empty", "list"]
)
def test_drop_refuses_what_the_workbook_did_not_make(server: str, foreign: str, comment: str) -> None:
    """A name like ours is not enough, and no comment of somebody else's either."""
    name = connection.name_of(foreign)
    answer(server, f"COMMENT ON DATABASE {name} IS '{comment}'")
    with pytest.raises(UserError, match="was not made by the workbook"):
        databases.drop(foreign)
    assert name in names(server)


def test_drop_refuses_the_template(server: str) -> None:
    """All others are made from it."""
    databases.drop(databases.create("first"))
    with pytest.raises(UserError, match="was not made"):
        databases.drop(connection.with_name(server, databases.TEMPLATE))


def test_drop_refuses_the_database_that_we_connect_to_first(server: str) -> None:
    """It is the user's own."""
    with pytest.raises(UserError, match="'postgres' was not made by the workbook"):
        databases.drop(server)


def test_drop_works_from_within(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook's kernel has its own database in DATABASE_URL when it drops it."""
    url = databases.create("kernel")
    monkeypatch.setenv("DATABASE_URL", url)
    databases.drop(url)
    assert connection.name_of(url) not in names(server)


def test_named_database_lasts(server: str) -> None:
    """It is the same one the next time, with what is in it."""
    answer(databases.named("desk_04"), "CREATE TABLE kept (n int)")
    assert answer(databases.named("desk_04"), "SELECT to_regclass('kept')::text") == "kept"


def test_named_database_is_emptied_by_reset(server: str) -> None:
    """The name and the URL stay."""
    url = databases.named("desk_04")
    answer(url, "CREATE TABLE gone (n int)")
    assert (databases.reset("desk_04"), answer(url, "SELECT to_regclass('gone')")) == (url, None)


def test_reset_refuses_what_the_workbook_did_not_make(server: str) -> None:
    """Somebody may have made a database of that very name."""
    url = databases.named("desk_05")
    answer(server, f"COMMENT ON DATABASE {connection.name_of(url)} IS NULL")
    with pytest.raises(UserError, match="was not made by the workbook"):
        databases.reset("desk_05")


def test_sweep_drops_what_a_killed_process_left(server: str, premises: Path) -> None:
    """A kernel that is killed cannot drop its database itself."""
    with begin(
        premises, "from workbook.postgres import databases; print(databases.create('killed'), flush=True); input()"
    ) as one:
        assert one.stdout
        url = one.stdout.readline().strip()
        assert (databases.sweep(), connection.name_of(url) in names(server)) == (0, True)
        one.kill()
    assert (databases.sweep(), connection.name_of(url) in names(server)) == (1, False)


def test_sweep_is_done_by_who_makes_a_database(server: str, premises: Path) -> None:
    """Nobody has to think of it."""
    code = "from workbook.postgres import databases; print(databases.create('left'))"
    with begin(premises, code) as one, begin(premises, code) as other:
        left = {connection.name_of(maker.communicate()[0].strip()) for maker in (one, other)}
    with begin(premises, code) as last:
        last.communicate()
    assert not left & names(server)


@pytest.mark.parametrize(
    ("change", "swept"),
    [
        pytest.param({"started": 1.0}, 1, id="pid-given-to-another-process"),
        pytest.param({"kind": "named", "started": 1.0}, 0, id="lasting"),
        pytest.param({"checkout": "another0", "started": 1.0}, 0, id="of-another-checkout"),
        pytest.param({"machine": "elsewhere", "started": 1.0}, 0, id="of-another-machine"),
        pytest.param({"machine": "elsewhere", "made": 1.0}, 1, id="of-another-machine-long-ago"),
        pytest.param({}, 0, id="maker-lives"),
    ],
)
def test_sweep_spares_what_may_be_in_use(server: str, change: dict[str, object], swept: int) -> None:
    """It takes only what is certain to be left behind."""
    name = connection.name_of(databases.create("marked"))
    with connection.connected(server) as connected:
        mark = json.loads(databases.ours(connected)[name].text())
    answer(server, f"COMMENT ON DATABASE {name} IS '{json.dumps(mark | change)}'")
    assert databases.sweep() == swept


def test_sweep_spares_a_database_with_sessions(server: str, premises: Path) -> None:
    """Whoever is connected works on it, whatever became of its maker."""
    with begin(premises, "from workbook.postgres import databases; print(databases.create('orphan'))") as one:
        url = one.communicate()[0].strip()
    with closing(psycopg2.connect(connection.native(url))):
        assert databases.sweep() == 0


def test_databases_are_made_by_several_at_once(server: str, premises: Path) -> None:
    """Also the first time, when all of them find no template."""
    drop_template(server)
    code = "from workbook.postgres import databases; print(databases.named('shared'), databases.create('own'))"
    makers = [begin(premises, code) for _ in range(4)]
    made = [maker.communicate()[0].split() for maker in makers]
    assert len({shared for shared, _ in made}) == 1
    assert len({own for _, own in made}) == 4


def test_databases_need_no_more_than_the_right_to_make_them(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also the template, the mark, and to drop one in use."""
    drop_template(server)
    monkeypatch.setenv("DATABASE_URL", login(server, "maker", "CREATEDB"))
    with databases.fresh("owned") as url:
        user = psycopg2.connect(connection.native(url))
    user.close()
    assert connection.name_of(url) not in names(server)
    drop_template(server)


def test_databases_say_which_right_is_missing(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the statement that gives it."""
    monkeypatch.setenv("DATABASE_URL", login(server, "reader", ""))
    with pytest.raises(UserError, match="permission denied to create database") as raised:
        databases.create("denied")
    assert 'ALTER ROLE "reader" CREATEDB;' in raised.value.todo


def drop_template(server: str) -> None:
    """As on a server that never saw a workbook."""
    if databases.TEMPLATE in names(server):
        answer(as_admin(server), f"ALTER DATABASE {databases.TEMPLATE} IS_TEMPLATE false")
        answer(as_admin(server), f"DROP DATABASE {databases.TEMPLATE}")
