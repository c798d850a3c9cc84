"""Statements of several real sessions in a fixed order: what they wait for, and how it ends, is the same every time."""

from __future__ import annotations

import os
import re
from contextlib import closing

import psycopg2
import pytest
from embedded import answer, as_admin
from walks import store as store
from walks import text

from workbook.nb import interleaving
from workbook.nb.notebook_session import NotebookSession
from workbook.postgres.connection import native
from workbook.system.errors import UserError

pytestmark = pytest.mark.xdist_group("interleaving")  # roles are the whole server's

TAKE = "UPDATE lamp SET stock = stock - 1 WHERE id"
DEADLOCK = "✗ deadlock detected (SQLSTATE 40P01)"


@pytest.fixture
def lamps(store: NotebookSession) -> str:
    """The URL of a database with three kinds of lamps, five of each."""
    url = os.environ["DATABASE_URL"]
    with closing(psycopg2.connect(native(url))) as connection, connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE lamp (id int PRIMARY KEY, stock int NOT NULL)")
        cursor.execute("INSERT INTO lamp SELECT id, 5 FROM generate_series(1, 3) id")
    return url


@pytest.fixture(params=["may-say-when", "may-not"])
def any_role(request: pytest.FixtureRequest, lamps: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A session that may say when the server looks for a deadlock, and one that has to live with its default."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WORKBOOK_ROOT")  # of the toy course, which has no server of its own
        admin = as_admin(lamps)
    if request.param == "may-say-when":
        monkeypatch.setenv("DATABASE_URL", admin)
    else:
        answer(admin, "DROP ROLE IF EXISTS no_timeouts")
        answer(admin, "CREATE ROLE no_timeouts LOGIN PASSWORD 'quiet' IN ROLE pg_write_all_data, pg_read_all_data")
        answer(admin, "ALTER ROLE no_timeouts SET deadlock_timeout = '500ms'")
        monkeypatch.setenv("DATABASE_URL", re.sub("//.*@", "//no_timeouts:quiet@", lamps))


def lines(script: str) -> list[str]:
    return repr(interleaving(script)).splitlines()


def test_a_statement_that_waits_says_for_whom_and_goes_on_later(lamps: str) -> None:
    """The second change of a row waits for the end of the first one's transaction."""
    assert lines(f"Ada: BEGIN\nAda: {TAKE} = 1\nGrace: {TAKE} = 1\nAda: COMMIT") == [
        "Ada: BEGIN",
        f"Ada: {TAKE} = 1",
        "  UPDATE 1",
        f"Grace: {TAKE} = 1",
        "  waits for Ada",
        "Ada: COMMIT",
        "  Grace goes on: UPDATE 1",
    ]


@pytest.mark.usefixtures("any_role")
@pytest.mark.parametrize("first", ["Ada", "Grace"])
def test_the_session_that_closes_the_circle_is_refused(first: str) -> None:
    """In a deadlock it is always the last to ask, whoever that is."""
    last = {"Ada": "Grace", "Grace": "Ada"}[first]
    script = f"""
        Ada: BEGIN
        Grace: BEGIN
        {first}: {TAKE} = 1
        {last}: {TAKE} = 2
        {first}: {TAKE} = 2
        {last}: {TAKE} = 1
        {first}: COMMIT
    """
    assert lines(script)[-6:] == [
        f"{first}: {TAKE} = 2",
        f"  waits for {last}",
        f"{last}: {TAKE} = 1",
        f"  {DEADLOCK}",
        f"  {first} goes on: UPDATE 1",
        f"{first}: COMMIT",
    ]


@pytest.mark.usefixtures("any_role")
def test_three_in_a_circle_are_a_deadlock_too() -> None:
    """Two of three go on, one after the other, while a fourth looks on."""
    script = f"""
        Ada: BEGIN
        Alan: BEGIN
        Grace: BEGIN
        Ada: {TAKE} = 1
        Alan: {TAKE} = 2
        Grace: {TAKE} = 3
        Ada: {TAKE} = 2
        Alan: {TAKE} = 3
        Meg: SELECT sum(stock) FROM lamp
        Grace: {TAKE} = 1
        Alan: COMMIT
    """
    assert lines(script)[-8:] == [
        "  waits for Grace",
        "Meg: SELECT sum(stock) FROM lamp",
        "  sum = 15",
        f"Grace: {TAKE} = 1",
        f"  {DEADLOCK}",
        "  Alan goes on: UPDATE 1",
        "Alan: COMMIT",
        "  Ada goes on: UPDATE 1",
    ]


def test_those_who_queue_are_served_in_order(lamps: str) -> None:
    """Of two who wait for a row, the first gets it, and the second waits for the first from then on."""
    script = f"""
        Ada: BEGIN
        Ada: {TAKE} = 1
        Grace: BEGIN
        Grace: {TAKE} = 1
        Meg: {TAKE} = 1
        Ada: COMMIT
        Grace: COMMIT
    """
    assert [line for line in lines(script) if "waits" in line or "goes on" in line] == [
        "  waits for Ada",
        "  waits for Grace",
        "  Grace goes on: UPDATE 1",
        "  Meg goes on: UPDATE 1",
    ]


@pytest.mark.parametrize(
    ("level", "end"),
    [
        ("READ COMMITTED", "  Grace goes on: UPDATE 1"),
        ("REPEATABLE READ", "  Grace goes on: ✗ could not serialize access due to concurrent update (SQLSTATE 40001)"),
        ("SERIALIZABLE", "  Grace goes on: ✗ could not serialize access due to concurrent update (SQLSTATE 40001)"),
    ],
)
def test_a_lost_update_is_refused_by_the_stricter_levels(lamps: str, level: str, end: str) -> None:
    """Who has read an old stock may not write over a new one, from REPEATABLE READ on."""
    script = f"""
        Ada: BEGIN ISOLATION LEVEL {level}
        Grace: BEGIN ISOLATION LEVEL {level}
        Ada: SELECT stock FROM lamp WHERE id = 1
        Grace: SELECT stock FROM lamp WHERE id = 1
        Ada: UPDATE lamp SET stock = 4 WHERE id = 1
        Grace: UPDATE lamp SET stock = 4 WHERE id = 1
        Ada: COMMIT
    """
    assert lines(script)[-1] == end


def test_write_skew_is_refused_by_the_strictest_level(lamps: str) -> None:
    """Nobody waits, and yet one of two who read what the other changes fails."""
    script = f"""
        Ada: BEGIN ISOLATION LEVEL SERIALIZABLE
        Grace: BEGIN ISOLATION LEVEL SERIALIZABLE
        Ada: SELECT sum(stock) FROM lamp
        Grace: SELECT sum(stock) FROM lamp
        Ada: {TAKE} = 1
        Grace: {TAKE} = 2
        Ada: COMMIT
        Grace: COMMIT
    """
    assert lines(script)[-2:] == [
        "Grace: COMMIT",
        "  ✗ could not serialize access due to read/write dependencies among transactions (SQLSTATE 40001)",
    ]


def test_silence_ends_when_somebody_goes_on(lamps: str) -> None:
    """The server ends a transaction that was left open, and who waited for it is served."""
    script = f"""
        Ada: SET idle_in_transaction_session_timeout = '50ms'
        Ada: BEGIN
        Ada: {TAKE} = 1
        Grace: {TAKE} = 1
        Ada: ...
        Ada: COMMIT
    """
    assert lines(script)[-4:] == [
        "Ada: (does nothing)",
        "  Grace goes on: UPDATE 1",
        "Ada: COMMIT",
        "  ✗ the server has ended this session",
    ]


def test_what_is_not_committed_is_gone_and_nobody_waits_any_more(lamps: str) -> None:
    """A script may end in the middle: neither the open transaction nor the statement that waits is left behind."""
    interleaving(f"Ada: BEGIN\nAda: {TAKE} = 1\nGrace: {TAKE} = 1")

    assert lines("Ada: SELECT stock FROM lamp WHERE id = 1")[-1] == "  stock = 5"
    assert answer(lamps, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()") == 1


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT id, stock FROM lamp WHERE id = 1", "  id = 1, stock = 5"),
        ("SELECT id, stock FROM lamp WHERE id < 3 ORDER BY id", "  2 rows: (1, 5), (2, 5)"),
        ("SELECT id FROM lamp ORDER BY id", "  3 rows: 1, 2, 3"),
        ("SELECT id FROM lamp WHERE id = 9", "  no row"),
        ("SELECT '10:30'::time::text AS at", "  at = 10:30:00"),
        ("SELECT nothing FROM lamp", '  ✗ column "nothing" does not exist (SQLSTATE 42703)'),
        ("INSERT INTO lamp VALUES (4, 1)", "  INSERT 0 1"),
    ],
    ids=["row", "rows", "column", "none", "colons", "error", "insert"],
)
def test_an_outcome_is_told_in_a_line(lamps: str, query: str, told: str) -> None:
    """Rows, counts and errors, in a form that fits into a picture."""
    assert lines(f"Ada: {query}") == [f"Ada: {query}", told]


def test_a_commit_that_was_none_says_so(lamps: str) -> None:
    """What a statement says back is shown where it is more than its own word."""
    assert lines("Ada: BEGIN\nAda: SELECT 1 / 0\nAda: COMMIT")[-2:] == ["Ada: COMMIT", "  ROLLBACK"]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("SELECT 1", "No session is named in this line: SELECT 1"),
        (f"Ada: BEGIN\nAda: {TAKE} = 1\nGrace: {TAKE} = 1\nGrace: COMMIT", "Grace is still waiting"),
        ("Ada: BEGIN\nAda: ...", "No one is waiting"),
    ],
    ids=["nameless", "out-of-turn", "pointless-silence"],
)
def test_a_script_that_cannot_be_played_is_refused(lamps: str, script: str, said: str) -> None:
    """The line is named, and what to write instead."""
    with pytest.raises(UserError, match=said):
        interleaving(script)


def test_a_timeline_is_drawn_from_what_happened(lamps: str) -> None:
    """Transactions and waits are spans, statements and what came of them are events."""
    happened = interleaving(f"Ada: BEGIN\nAda: {TAKE} = 1\nGrace: {TAKE} = 1\nAda: COMMIT\nAda: SELECT x")

    assert repr(happened.timeline("One row")).splitlines() == [
        "Timeline: One row",
        "  1. Ada: busy begins",
        "  2. Ada: BEGIN",
        f"  3. Ada: {TAKE} = 1 → UPDATE 1",
        "  4. Grace: waits begins",
        f"  5. Grace: {TAKE} = 1",
        "  6. Ada: COMMIT",
        "  7. Ada: busy ends",
        "  8. Grace: goes on: UPDATE 1",
        "  9. Grace: waits ends",
        ' 10. Ada: ✗ SELECT x → column "x" does not exist (SQLSTATE 42703)',
    ]
    assert happened.timeline("One row").picture().png


def test_what_is_left_open_is_drawn_to_the_end(lamps: str) -> None:
    """A transaction that never ends, and a statement that waits for it, reach to the end of the picture."""
    drawn = repr(interleaving(f"Ada: BEGIN\nAda: {TAKE} = 1\nGrace: {TAKE} = 1").timeline("")).splitlines()

    assert [line.partition(". ")[2] for line in drawn[-2:]] == ["Ada: busy ends", "Grace: waits ends"]


def test_html_has_what_the_text_has(lamps: str) -> None:
    """A browser shows the same words, with names that cannot become markup."""
    shown = interleaving(f"<Ada>: BEGIN\n<Ada>: {TAKE} = 1\nGrace: {TAKE} = 1\n<Ada>: COMMIT")

    assert text(shown).split() == shown.plain.split()
    assert "<Ada>" not in shown.html
