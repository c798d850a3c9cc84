"""A verdict speaks in sentences, the same on a terminal, as plain lines and in a notebook."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from toys import TOY

from workbook import course
from workbook.chapters.workspace import workspace
from workbook.report.verdict import Verdict, differing, own_frames
from workbook.runner import Outcome, Run, Runner
from workbook.runner.causes import NotCollected, NotImported, NotParsed
from workbook.runner.result import broken

MET = Outcome(test="tests/test_a.py::test_b", says="A ping is answered.", outcome="passed")
UNMET = Outcome(
    test="tests/test_a.py::test_c",
    says="a name is <short>",
    outcome="failed",
    exception="AssertionError",
    message="assert 404 == 200",
    file="tests/test_a.py",
    line=7,
    source="assert response.status_code == 200",
    expected="200",
    got="404",
    traceback="tests/test_a.py:7: in test_c\n    assert ...\nE   AssertionError: assert 404 == 200",
)
RED = Run(status="red", outcomes=(MET, UNMET))
BROKEN = broken(
    NotParsed("app/main.py", "SyntaxError", "invalid syntax", undecodable=0),
    {"file": "app/main.py", "line": 3, "source": "def (:"},
)


def test_verdict_tells_each_cause_before_its_repetition() -> None:
    """An error in the app says more than what fails because of it; `full` tells all."""
    failed = [replace(UNMET, test=f"tests/test_a.py::test_{line}", line=line) for line in (7, 8, 9)]
    slip = replace(
        UNMET,
        test="tests/test_a.py::test_slip",
        says="A slip is told.",
        exception="NameError",
        message="name 'func' is not defined",
        file="app/crud.py",
        expected="",
        got="",
        traceback="app/crud.py:7: in find\nE   NameError: name 'func' is not defined",
    )
    again = [replace(slip, test=f"tests/test_a.py::test_again_{number}") for number in range(2)]

    verdict = Verdict(Run(status="red", outcomes=(*failed, slip, *again)))

    detailed = [item.place for item in verdict.card.items if item.facts]
    assert detailed == ["tests/test_a.py, line 7", "tests/test_a.py, line 8", "app/crud.py, line 7"]
    assert "\n".join(verdict.lines(full=True)).count("NameError: name 'func'") == 3


def test_verdict_tells_one_cause_once() -> None:
    """Ten tests that fail for one slip are one thing to read; the cases of a test share a line."""
    slip = replace(UNMET, exception="TypeError", file="app/tokens.py", line=23, expected="", got="")
    cases = [
        replace(slip, test=f"tests/test_a.py::test_bad[{case}]", says=f"It is refused ({case})") for case in "abcd"
    ]
    others = [replace(slip, test=f"tests/test_a.py::test_{name}", says=f"It is {name}.") for name in ("late", "early")]

    card = Verdict(Run(status="red", outcomes=(*cases, *others))).card

    told = [(item.sentence, bool(item.facts), item.count) for item in card.items]
    assert told == [
        ("It is refused (a).", True, 1),
        ("It is refused (b, c, d).", False, 3),
        ("It is late.", False, 1),
        ("It is early.", False, 1),
    ]


def test_verdict_of_green_names_the_newest_requirements_first() -> None:
    """Those of the exercise, then those that the chapter added, then all that held before."""
    tests = ["tests/test_a.py::test_old", "tests/test_a.py::test_new[1]", "exercise/test_exercise.py::test_mine"]
    run = Run("green", tuple(replace(MET, test=test, says=test) for test in tests))

    items = Verdict(run, new={"tests/test_a.py::test_new"}).card.items

    assert [item.sentence.rstrip(".").partition("::")[2] for item in items] == ["test_mine", "test_new[1]", "test_old"]


def test_verdict_of_red_says_requirement_sides_place_and_next_step() -> None:
    """The unmet requirement comes first, then both sides, the line, what it means, and what to do."""
    assert Verdict(RED, todo="Save, and check again.").lines() == [
        "✗ 1 of 2 requirements is not met.",
        "",
        "  ✗ A name is <short>.",
        "    expected  200",
        "    got       404",
        "    means     No route answers this path, or what it asks for does not exist.",
        "    tests/test_a.py, line 7",
        "        assert response.status_code == 200",
        "  … and 1 more that is met.",
        "",
        "→ Save, and check again.",
    ]


def test_verdict_of_broken_says_what_and_next_step() -> None:
    """A run that could not be judged names the line and the next step, and no requirement."""
    assert Verdict(BROKEN).lines() == [
        "✗ app/main.py, line 3: this is not valid Python (invalid syntax).",
        "",
        "        def (:",
        "",
        "→ Mend that line, or the one before it.",
    ]


@pytest.mark.parametrize(
    ("outcomes", "headline"),
    [
        ([MET], "✓ The one requirement is met."),
        ([MET, MET], "✓ All 2 requirements are met."),
        ([UNMET], "✗ The one requirement is not met."),
        ([UNMET, UNMET, MET], "✗ 2 of 3 requirements are not met."),
    ],
    ids=["one-met", "all-met", "one-unmet", "some-unmet"],
)
def test_verdict_counts_in_its_headline(outcomes: list[Outcome], headline: str) -> None:
    """The first line says how many requirements are met, in words that fit the number."""
    status = "red" if UNMET in outcomes else "green"

    assert Verdict(Run(status=status, outcomes=tuple(outcomes))).lines()[0] == headline


def asked(case: str) -> Outcome:
    return Outcome(test=f"tests/test_a.py::test_d[{case}]", says=f"A name is refused ({case})", outcome="passed")


def test_verdict_counts_what_is_met_below_what_is_not() -> None:
    """While something is to be done, what is done is a number."""
    lines = Verdict(Run("red", (*[MET] * 9, UNMET)), todo="Mend it.").lines()

    assert not any("✓" in line for line in lines)
    assert lines[-4:] == [
        "        assert response.status_code == 200",
        "  … and 9 more that are met.",
        "",
        "→ Mend it.",
    ]


def test_verdict_leaves_a_line_before_the_next_step() -> None:
    """The next step stands apart, what is left out does not."""
    lines = Verdict(Run("green", tuple([MET] * 10)), todo="Go on.").lines()

    assert lines[-4:] == ["  ✓ A ping is answered.", "  … and 2 more that are met.", "", "→ Go on."]


@pytest.mark.parametrize(
    ("cases", "told"),
    [
        pytest.param(["short"], "A name is refused (short).", id="one"),
        pytest.param(["short", "long"], "A name is refused (short, long).", id="two"),
        pytest.param(["short", "long", "empty"], "A name is refused (short, long, empty).", id="three"),
        pytest.param(["short", "long", "empty", "odd"], "A name is refused (short, long, …).", id="many"),
    ],
)
def test_verdict_tells_the_cases_of_one_test_in_one_line(cases: list[str], told: str) -> None:
    """A test that is asked in many ways is one requirement to read; the headline counts them all."""
    card = Verdict(Run("green", (MET, *map(asked, cases)))).card

    assert [item.sentence for item in card.items] == ["A ping is answered.", told]
    assert card.headline == f"All {len(cases) + 1} requirements are met."


def test_verdict_keeps_cases_of_different_tests_apart() -> None:
    """The same sentence of another test is another requirement."""
    other = replace(asked("long"), test="tests/test_b.py::test_d[long]")

    assert len(Verdict(Run("green", (asked("short"), other))).card.items) == 2


def test_verdict_counts_what_its_lines_leave_out() -> None:
    """Requirements are counted, not lines: those behind the last line that is shown."""
    others = [replace(MET, test=f"tests/test_a.py::test_{number}") for number in range(8)]

    card = Verdict(Run("green", (*others, asked("short"), asked("long")))).card

    assert (len(card.items), card.more) == (8, 2)


def test_verdict_keeps_to_80_columns() -> None:
    """Long sentences, values and lines of code are folded or cut."""
    long = replace(UNMET, says="word " * 60, expected="x" * 500, got="y" * 500, source="z" * 300)

    assert max(len(line) for line in Verdict(Run(status="red", outcomes=(long,))).lines()) <= 80


def test_verdict_shows_the_traceback_on_request() -> None:
    """The traceback is in the full lines only."""
    told = "    E   AssertionError: assert 404 == 200"

    assert told not in Verdict(RED).lines()
    assert told in Verdict(RED).lines(full=True)


def test_verdict_names_exception_and_sqlstate() -> None:
    """A database error is told by its class, its message, its SQLSTATE and what that means."""
    message = '(psycopg2.errors.UniqueViolation) duplicate key value violates "user_name_key"\nDETAIL: …'
    outcome = replace(
        UNMET, exception="IntegrityError", message=message, sqlstate="23505", expected="", got="", source=""
    )

    lines = "\n".join(Verdict(Run(status="red", outcomes=(outcome,))).lines())

    assert 'IntegrityError  duplicate key value violates "user_name_key"' in lines
    assert "SQLSTATE        23505" in lines
    assert "A row with this value exists already" in lines


@pytest.mark.parametrize(
    ("message", "told"),
    [
        pytest.param(
            "2 validation errors for About\nname\n  Field required [type=missing]\nversion\n  Field required",
            "2 validation errors for About: name: Field required [type=missing]",
            id="field",
        ),
        pytest.param(
            "1 validation error for About\n  Value error, too old [type=value_error]\n    For further information",
            "1 validation error for About: Value error, too old [type=value_error]",
            id="model",
        ),
        pytest.param("something else\nentirely", "something else", id="another"),
    ],
)
def test_verdict_names_the_field_that_is_not_valid(message: str, told: str) -> None:
    """That there is an error is not enough: which field, and why."""
    outcome = replace(UNMET, exception="ValidationError", message=message, expected="", got="", source="")

    (item,) = Verdict(Run(status="red", outcomes=(outcome,))).card.items

    assert item.facts == (("ValidationError", told),)


def test_verdict_tells_an_answer_that_does_not_fit_of_its_route() -> None:
    """FastAPI knows which route it was; the test's line is where the request was sent."""
    message = (
        "1 validation error:\n  {'type': 'model_attributes_type', 'loc': ('response',), "
        "'msg': 'Input should be a valid dictionary', 'input': None}\n\n"
        '  File "app/main.py", line 10, in ping\n    GET /ping'
    )
    outcome = replace(UNMET, exception="ResponseValidationError", message=message, expected="", got="")

    (item,) = Verdict(Run(status="red", outcomes=(outcome,))).card.items

    assert (item.place, item.source) == ("app/main.py, line 10", "")
    assert item.facts == (
        ("ResponseValidationError", "Input should be a valid dictionary; it got None"),
        ("means", "The route returned None: is there a `return`?"),
    )


BLANK = replace(UNMET, expected="", got="", source="", message="")


@pytest.mark.parametrize(
    ("outcome", "means"),
    [
        pytest.param(
            replace(
                BLANK,
                exception="TypeError",
                message="not all arguments converted during string formatting",
                source='cursor.execute("SELECT %s", (text))',
            ),
            "The values must be a tuple or a list: (text,) is one by its comma, (text) is not.",
            id="one-value",
        ),
        pytest.param(
            replace(
                BLANK,
                exception="TypeError",
                message="not all arguments converted during string formatting",
                source='return "hello" % name',
            ),
            "",
            id="formatting-of-ones-own",
        ),
        pytest.param(
            replace(BLANK, exception="AttributeError", message="'tuple' object has no attribute 'text'"),
            "A row came back as a plain tuple: make an object of your type from it.",
            id="tuple",
        ),
        pytest.param(
            replace(BLANK, exception="ProgrammingError", message="no results to fetch"),
            "The last statement gave no rows: it has no RETURNING and is no SELECT, or a value became SQL of its own.",
            id="nothing-to-fetch",
        ),
        pytest.param(
            replace(BLANK, exception="InFailedSqlTransaction", sqlstate="25P02"),
            "An earlier statement of the transaction failed: roll back before the next one.",
            id="aborted",
        ),
        pytest.param(
            replace(BLANK, expected="201", got="'201'"), "One side is a text, the other a number.", id="text-for-number"
        ),
        pytest.param(
            replace(BLANK, expected="'7'", got="7"), "One side is a text, the other a number.", id="number-for-text"
        ),
        pytest.param(replace(BLANK, expected="'8'", got="7"), "", id="another-value"),
        pytest.param(
            replace(
                BLANK,
                exception="AttributeError",
                message="name",
                traceback="lib/sqlalchemy/engine/_row_cy.py:148: in __getattr__\n    ???",
            ),
            "A row has no such column: `execute` gives rows, `scalars` gives objects.",
            id="row",
        ),
    ],
)
def test_verdict_says_what_a_likely_mistake_means(outcome: Outcome, means: str) -> None:
    """The exception alone helps only those who have met it before."""
    (item,) = Verdict(Run(status="red", outcomes=(outcome,))).card.items

    assert dict(item.facts).get("means", "") == means


@pytest.mark.parametrize(
    ("exception", "message", "sqlstate", "word"),
    [
        ("ActiveSqlTransaction", "CREATE DATABASE cannot run inside a transaction block", "25001", "`closing(…)`"),
        ("InternalError", "SET TRANSACTION ISOLATION LEVEL must be called before any query", "25001", "before"),
        ("InternalError", "cannot drop table user because other objects depend on it", "2BP01", "depends on it"),
        ("OperationalError", 'database "nowhere" does not exist', "3D000", "no such database"),
        ("InternalError", "cannot execute INSERT in a read-only transaction", "25006", "read-only"),
        ("ProgrammingError", "more than one row returned by a subquery used as an expression", "21000", "several"),
        ("ProgrammingError", "ON CONFLICT DO UPDATE command cannot affect row a second time", "21000", "two rows"),
        ("OperationalError", "database is being accessed by other users", "55006", "in use"),
        ("SyntaxError", 'syntax error at or near "ORDER"\nLINE 1: SELECT a WHERE b = ? ORDER', "42601", "placeholder"),
        ("SyntaxError", "syntax error at or near \"x\"\nLINE 1: SELECT a WHERE b = ''x''", "42601", "no quotes"),
        ("PendingRollbackError", "This Session's transaction has been rolled back", "", "must roll back"),
        ("InvalidRequestError", "Table 'user' is already defined for this MetaData instance.", "", "two names"),
        ("FastAPIError", "Hint: check that <class 'sqlalchemy.orm.session.Session'> is a valid", "", "Depends(get_db)"),
        ("FastAPIError", "check that <class 'app.About'> is a valid Pydantic field type", "", "`BaseModel`"),
        ("ScopeMismatch", "You tried to access the function scoped fixture session", "", "shorter scope"),
        ("DeprecationWarning", "old ways", "", "out of use"),
        ("StarletteDeprecationWarning", "'A' is deprecated. Use 'B' instead.", "", "out of use"),
        ("ResourceWarning", "unclosed file", "", "counts as an error"),
        ("RuntimeWarning", "coroutine 'ping' was never awaited", "", "`await`"),
        ("PytestUnraisableExceptionWarning", "in: None: coroutine 'ping' was never awaited", "", "`await`"),
        ("Failed", "async def functions are not natively supported.", "", "write `def`"),
        ("PytestCollectionWarning", "cannot collect test class 'TestUser' because it has a __init__", "", "rename it"),
        ("PytestReturnNotNoneWarning", "Test functions should return None, but", "", "`assert`"),
        ("SyntaxError", "assertion is always true, perhaps remove parentheses?", "", "parentheses"),
        ("TypeError", "<generator object get_db> is not a callable object", "", "wants the function itself"),
        ("TypeError", "<sqlalchemy.orm.session.Session object> is not a callable object", "", "got an object"),
        ("AttributeError", "'generator' object has no attribute 'scalar'", "", "function that yields"),
        ("AttributeError", "'Depends' object has no attribute 'scalar'", "", "as an argument"),
        ("ResponseValidationError", "get_attribute_error DetachedInstanceError: Instance is not", "", "was closed"),
        ("ResponseValidationError", "MissingGreenlet: greenlet_spawn has not been called", "", "outside `await`"),
        ("ResponseValidationError", "Field required; it got {'a': 1}", "", "lacks a field"),
        ("ResponseValidationError", "Field required; it got <class 'app.About'>", "", "call it"),
        ("TypeError", "'NoneType' object is not iterable", "", "`return`"),
    ],
)
def test_verdict_knows_an_error_by_its_own_message(exception: str, message: str, sqlstate: str, word: str) -> None:
    """One class may have several causes, each with its cure."""
    outcome = replace(BLANK, exception=exception, message=message, sqlstate=sqlstate)

    (item,) = Verdict(Run(status="red", outcomes=(outcome,))).card.items

    assert word in dict(item.facts).get("means", "")


def test_verdict_says_that_a_value_was_printed_and_not_returned() -> None:
    """What was expected stands on the screen, and the function gave None."""
    told = replace(BLANK, expected="'hello'", got="None", output="hello\n")

    for outcome, means in [(told, True), (replace(told, output="bye\n"), False)]:
        (item,) = Verdict(Run(status="red", outcomes=(outcome,))).card.items
        assert ("printed and not returned" in dict(item.facts).get("means", "")) is means


def test_verdict_names_both_files_of_a_circle_and_the_folder_of_a_module() -> None:
    """An import that fails has three cures."""
    file, kind = "shelf/models.py", "ImportError"
    circle = "cannot import name 'Base' from partially initialized module 'shelf.database'"
    cures = [
        (NotImported(file, kind, circle, elsewhere=""), "shelf/models.py and shelf/database.py import each other"),
        (NotImported(file, kind, "No module named 'models'", elsewhere="shelf.models"), "write `shelf.models`"),
        (NotImported(file, kind, "No module named 'modls'", elsewhere=""), "Check the spelling"),
    ]

    for cause, todo in cures:
        assert todo in Verdict(Run("broken", (), cause)).card.todo


def test_verdict_leaves_misleading_advice_out() -> None:
    """FastAPI and SQLAlchemy advise what would hide the cause."""
    message = (
        "Invalid args for response field! Hint: check that <class 'a.User'> is a valid Pydantic field type. Set `x`"
    )

    card = Verdict(Run("broken", (), NotCollected("shelf/main.py", "FastAPIError", message))).card

    assert card.headline == "shelf/main.py: FastAPIError: Invalid args for response field."
    assert "`BaseModel`" in card.todo


def test_sqlstate_of_a_cause_is_not_that_of_the_error(tmp_path: Path, runner: Runner) -> None:
    """Only the driver's error inside SQLAlchemy's counts; one that was being handled is another."""
    asks = (
        "class Driver(Exception):\n    pgcode = '23505'\n\nclass Wrapped(Exception):\n    orig = Driver()\n\n"
        "def test_own():\n    raise Wrapped\n\n"
        "def test_other():\n    try:\n        raise Driver\n    except Driver as error:\n"
        "        raise LookupError from error\n"
    )
    (tmp_path / "test_it.py").write_text(asks, encoding="utf-8")

    run = runner.run(tmp_path, ["test_it.py"], database_url="sqlite://")

    assert [one.sqlstate for one in run.failed] == ["23505", ""]


def test_verdict_says_that_execute_gives_rows(tmp_path: Path, runner: Runner) -> None:
    """A row has the object as its only column, and a message of one word."""
    asks = (
        "from sqlalchemy import create_engine, text\n\ndef test_it():\n"
        "    with create_engine('sqlite://').connect() as connection:\n"
        "        row = connection.execute(text('SELECT 1 AS one')).one()\n    assert row.name == 1\n"
    )
    (tmp_path / "test_it.py").write_text(asks, encoding="utf-8")

    lines = Verdict(runner.run(tmp_path, ["test_it.py"], database_url="sqlite://")).lines()

    assert "    AttributeError  Could not locate column in row for column 'name'" in lines
    assert "    means           A row has no such column: `execute` gives rows, `scalars`" in lines
    assert "    test_it.py, line 6" in lines


def test_verdict_tells_both_sides_of_a_message_that_does_not_match(tmp_path: Path, runner: Runner) -> None:
    """The pattern of `pytest.raises` is what was expected; what was said instead came."""
    asks = (
        "import pytest\n\ndef test_it():\n    with pytest.raises(ValueError, match='too old'):\n"
        "        raise ValueError('too young')\n"
    )
    (tmp_path / "test_it.py").write_text(asks, encoding="utf-8")

    (failed,) = runner.run(tmp_path, ["test_it.py"], database_url="sqlite://").failed

    assert (failed.expected, failed.got) == ("a message that matches 'too old'", "'too young'")


def test_verdict_shows_what_a_failing_test_printed() -> None:
    """Printed output stands below the traceback."""
    outcome = replace(UNMET, output="looking at ada\n")

    assert "    looking at ada" in Verdict(Run(status="red", outcomes=(outcome,))).lines(full=True)


class Elements(HTMLParser):
    """Counts open elements and gathers the text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("run", [RED, BROKEN, Run(status="green", outcomes=(MET,))], ids=["red", "broken", "green"])
def test_verdict_html_is_one_whole_element(run: Run) -> None:
    """Each opened element is closed, and everything from the tests is escaped."""
    page = Elements()
    page.feed(Verdict(run).html())

    assert page.open == []
    assert ("✓" if run.status == "green" else "✗") in page.text


def test_verdict_html_escapes_what_tests_say() -> None:
    """A docstring cannot put elements into a notebook."""
    assert "A name is &lt;short&gt;" in Verdict(RED).html()


def test_verdict_html_folds_the_traceback() -> None:
    """The traceback is there, behind a summary."""
    assert "<details" in Verdict(RED).html()
    assert "<summary>Full traceback</summary>" in Verdict(RED).html()


def test_verdict_html_shows_signs_in_the_colours_of_the_theme() -> None:
    """On a dark ground the signs are as light as JupyterLab's own."""
    html = Verdict(RED).html()

    assert "color:#b91c28;color:color-mix(in srgb, var(--jp-error-color1, #b91c28)" in html
    assert "color:#1a6b30;color:color-mix(in srgb, var(--jp-success-color1" in Verdict(Run("green", (MET,))).html()


def test_verdict_html_shows_code_as_code() -> None:
    """What a sentence has in backticks is code in a notebook, and the plain lines keep them."""
    met = replace(MET, says="`with` closes <it>.")

    html = Verdict(Run("green", (met,))).html()

    assert "<code>with</code> closes &lt;it&gt;." in html
    assert "`" not in html


def test_verdict_html_breaks_no_line_of_code() -> None:
    """JupyterLab would break words and stripe rows; the card says otherwise in each element."""
    html = Verdict(RED).html()

    assert html.count("<pre") == html.count("overflow-x:auto;white-space:pre;word-break:normal") == 2
    assert html.count("<tr") == html.count('<tr style="background:none">')


def test_verdict_html_shows_values_as_code_and_sentences_as_text() -> None:
    """What a failure means is no value."""
    html = Verdict(RED).html()

    assert "<code>404</code>" in html
    assert "<code>No route" not in html


def test_verdict_is_printed_by_rich_with_signs_beside_colour() -> None:
    """On a terminal the signs are coloured, and still there without colour."""
    screen = Console(file=StringIO(), force_terminal=True, width=80, color_system="standard")
    screen.print(Verdict(RED))
    assert isinstance(screen.file, StringIO)

    assert "\x1b[1;31m✗" in screen.file.getvalue()


def test_differing_begins_where_two_long_values_differ() -> None:
    """Two long values that begin alike are cut to the place that matters."""
    expected, got = differing("a" * 300 + "b", "a" * 300 + "c")

    assert (expected[0], expected[-1], got[-1]) == ("…", "b", "c")
    assert len(expected) < 170


def test_own_frames_leaves_libraries_out() -> None:
    """Frames inside libraries become one line; what was raised stays."""
    text = (
        "app/main.py:3: in ping\n    call()\n"
        "/usr/lib/python3.13/site-packages/lib/a.py:1: in call\n    inner()\n"
        "../elsewhere/b.py:2: in inner\n    raise ValueError\nE   ValueError"
    )

    assert own_frames(text) == "app/main.py:3: in ping\n    call()\n… inside libraries …\nE   ValueError"


def test_own_frames_leaves_compiled_libraries_out() -> None:
    """A compiled module tells a place that looks like the folder's own; only its source is missing."""
    text = (
        "app/main.py:3: in ping\n    row.name\nlib/sqlalchemy/engine/_row_cy.py:148: in __getattr__\n    ???\n"
        "E   AttributeError: name"
    )

    assert own_frames(text) == "app/main.py:3: in ping\n    row.name\n… inside libraries …\nE   AttributeError: name"


def test_verdict_of_two_runs_is_the_same(runner: Runner) -> None:
    """Nothing in a verdict depends on when, where or in which process it ran."""
    chapter = course.load(TOY).find("01_hello")
    failing = (chapter.folder / "tests" / "test_hello.py").read_text(encoding="utf-8")
    files = {
        "tests/test_hello.py": failing.replace(
            "    response = ", "    raise LookupError(object(), __file__)\n    response = "
        )
    }

    def shown() -> tuple[list[str], str]:
        with workspace(chapter, files=files) as folder:
            verdict = Verdict(runner.run(folder, ["tests"], database_url="sqlite://"))
        return verdict.lines(full=True), verdict.html()

    assert shown() == shown()
