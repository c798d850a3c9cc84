"""What a failure usually means, in one sentence: by SQLSTATE, by HTTP status, by exception."""

from __future__ import annotations

import re

from workbook.chapters.targets import OF_TESTS
from workbook.runner import Outcome

SQLSTATES = {
    "21000": "One row was expected there, and the database met several.",
    "22001": "A text is longer than its column allows.",
    "23502": "A column that must have a value got none.",
    "23503": "A row refers to another row that is not there.",
    "23505": "A row with this value exists already, and the value must be unique.",
    "23514": "A value breaks a CHECK constraint of the table.",
    "25001": "This must come before the transaction has done anything, or outside one altogether.",
    "25006": "The transaction is read-only: write in one that is not.",
    "25P02": "An earlier statement of the transaction failed: roll back before the next one.",
    "2BP01": "Something else depends on it, such as a foreign key: drop that first, or all tables in one `drop_all`.",
    "3D000": "There is no such database on this server: was it created, and does the URL spell it that way?",
    "40001": "Two transactions got in each other's way; the whole unit of work can be tried again.",
    "40P01": "Two transactions waited for each other: take locks in the same order everywhere.",
    "42501": "The database role may not do this.",
    "42601": "The statement is not valid SQL: look right before the place that the message names.",
    "42703": "There is no such column: compare the name with those that the table was made with.",
    "42P01": "There is no such table: was it created, here and in this transaction? A rollback takes new tables back.",
    "42P07": "There is a table, an index or a constraint of that name already.",
    "53300": "Too many connections are open: close sessions, or share one engine.",
    "55006": "It is in use: close the sessions and connections that work with it, then try again.",
    "55P03": "Another transaction held its lock for too long: commit it, roll it back or close it.",
    "57014": "The statement took longer than the database may take.",
}
STATUSES = {
    "401": "The app does not accept who is asking: is the token sent, valid still, and meant for this service?",
    "404": "No route answers this path, or what it asks for does not exist.",
    "405": "The path exists, but not for this method.",
    "409": "The app says that the request conflicts with what it finds.",
    "422": "The request does not have the shape that the route declares.",
    "500": "The app failed while it answered.",
}
EXCEPTIONS = {
    "BdbQuit": "A debugger was called, and a check has no terminal for it.",
    "NotImplementedError": "This part is still yours to write.",
    "RecursionError": "A function calls itself without end.",
    "ResponseValidationError": "The route returned something else than its response model declares.",
}


CALLED = "`Depends` wants the function itself: take the parentheses behind its name away."
ALWAYS_TRUE = "A tuple is always true: take the parentheses around it away."
NO_ROWS = "The statement gave no rows: it was no SELECT, and has no RETURNING."
GROUP_OF_TESTS = "pytest takes a class named Test… for a group of tests: rename it, or take its constructor away."
MESSAGES = (  # class of exception, what its message holds, what it means; before SQLSTATE and class
    (
        "AttributeError",
        r"^'tuple' object has no attribute",
        "A row came back as a plain tuple: make an object of your type from it.",
    ),
    (
        "AttributeError",
        r"^'FixtureFunctionDefinition' object",
        "A fixture was used by its name and not asked for: write it among the parameters of the fixture or test.",
    ),
    (
        "AttributeError",
        r"^'Depends' object",
        "Only routes and dependencies have `Depends` filled in: give a plain function its session as an argument.",
    ),
    (
        "AttributeError",
        r"^'(async_)?generator' object",
        "A generator came instead of what it yields: the dependency or its override must be the function that yields.",
    ),
    (
        "AttributeError",
        r"^module '[\w.]+' has no attribute",
        "That file has no such name: it is still to be written, or spelt another way.",
    ),
    ("NameError", r"is not defined", "The file does not know that name: is it misspelt, or is an import missing?"),
    (
        "TypeError",
        r"^'(?!NoneType)[A-Z]\w*' object is not iterable",
        "There is one object where several were expected: `scalar` gives the first, `scalars` gives all.",
    ),
    ("AttributeError", r"^'coroutine' object", "An `await` is missing: a coroutine is not yet its result."),
    (
        "AttributeError",
        r"^'Session' object has no attribute 'exec'",
        "SQLAlchemy has `scalars` and `execute` for that.",
    ),
    (
        "AttributeError|TypeError",
        r"^'_(Async)?GeneratorContextManager' object is not an (async )?iterator",
        "FastAPI makes the context manager itself: take the decorator off the dependency.",
    ),
    ("TypeError", r"^<(async_)?generator object .*> is not a callable", CALLED),
    ("TypeError", r"^<.*> is not a callable object", "`Depends`, or an override, wants a function and got an object."),
    ("TypeError", r"^'coroutine' object is not", "An `await` is missing: a coroutine is not yet its result."),
    (
        "TypeError",
        r"^('NoneType' object is not (iterable|subscriptable)|cannot unpack non-iterable NoneType)",
        "There is None where a value was expected: does the function `return` what it found?",
    ),
    (
        "ProgrammingError",
        r"^(\(psycopg2\.\w+\) )?no results to fetch",
        "The last statement gave no rows: it has no RETURNING and is no SELECT, or a value became SQL of its own.",
    ),
    (
        "NotSupportedError|FeatureNotSupported|UndefinedFile|InternalError|OperationalError",
        r"extension \"\w+\" is not available|ICU is not supported",
        "This PostgreSQL comes without it, as the embedded one does: do it with what is built in, such as `lower`.",
    ),
    ("ResourceClosedError", r"^This result object does not return rows", NO_ROWS),
    (
        "SyntaxError|ProgrammingError",
        r"LINE \d+:.*[=(,<>]\s*\?",
        "The driver's placeholder is %s, whatever the type: a ? is not one.",
    ),
    ("SyntaxError|ProgrammingError", r"LINE \d+:.*''\w", "Around a %s there are no quotes, whatever its type."),
    (
        "SyntaxError|PytestAssertRewriteWarning",
        r"^assertion is always true",
        ALWAYS_TRUE,
    ),
    (
        ".*",
        r"cannot run inside a transaction block",
        "`with connection` is a transaction even in autocommit: use `closing(…)`, or an engine in AUTOCOMMIT.",
    ),
    (".*", r"ON CONFLICT DO UPDATE command cannot affect row a second time", "One INSERT holds two rows of one key."),
    (
        "ResponseValidationError|DetachedInstanceError",
        r"DetachedInstanceError|is not bound to a Session",
        "The session was closed before the object was read: use the one that lives until the answer is written.",
    ),
    (
        "ResponseValidationError|MissingGreenlet",
        r"MissingGreenlet|greenlet_spawn",
        "An attribute was loaded outside `await`: load it with the query, and set `expire_on_commit=False`.",
    ),
    ("ResponseValidationError", r"it got None$", "The route returned None: is there a `return`?"),
    ("ResponseValidationError", r"got <class ", "The route returned a class and no object of it: call it."),
    (
        "ResponseValidationError",
        r"Field required|'type': 'missing'",
        "What the route returned lacks a field that its response model declares.",
    ),
    (
        "PendingRollbackError",
        r"",
        "An earlier statement was refused: this session must roll back before it asks anything else.",
    ),
    (
        "InvalidRequestError",
        r"already defined for this MetaData",
        "A model's file was imported under two names, or two models have one table: import it by its package.",
    ),
    ("InvalidRequestError", r"already begun", "The session is in a transaction already: begin no other in it."),
    (
        "FastAPIError",
        r"orm\.session\.|asyncio\.session\.|Session'",
        "A parameter is a session and does not say where it comes from: `Annotated[Session, Depends(get_db)]`.",
    ),
    (
        "FastAPIError",
        r"valid Pydantic field type",
        "That class is no pydantic model: make it a `BaseModel`, or name one with `response_model`.",
    ),
    (
        "ScopeMismatch",
        r"",
        "A fixture that lives longer cannot use one that is new for each test: give both the shorter scope.",
    ),
    ("PytestCollectionWarning", r"__(init|new)__", GROUP_OF_TESTS),
    (
        "PytestReturnNotNoneWarning|Failed",
        r"returned a value of type|should return None|Test functions should",
        "A test returns nothing: write `assert` where it says `return`.",
    ),
    (
        "PytestUnraisableExceptionWarning|RuntimeWarning|PytestUnhandledCoroutineWarning",
        r"coroutine '?.*'? was never awaited",
        "A coroutine was made and never awaited: write `await` before the call.",
    ),
    (
        "Failed",
        r"^async def functions are not natively supported",
        "pytest runs plain functions: write `def` (or, where the test must await, mark it with anyio).",
    ),
    (
        r".*(Deprecation|Future)\w*Warning|MovedIn20Warning",
        r"",
        "This way is going out of use, and a warning counts as an error here: use what the message names.",
    ),
    (".*Warning", r"", "A warning counts as an error here: mend what it complains of."),
)
ASSERTIONS = {"AssertionError", "Failed"}
VALUES = "The values must be a tuple or a list: (text,) is one by its comma, (text) is not."
NO_COLUMN = "A row has no such column: `execute` gives rows, `scalars` gives objects."
PRINTED = "The value was printed and not returned: write `return` where it says `print`."
TEXT_AND_NUMBER = "One side is a text, the other a number."


def meaning(outcome: Outcome) -> str:
    """One sentence, or "" where the failure says it all."""
    if "status_code" in outcome.source and re.fullmatch(r"\d{3}", outcome.expected):
        return STATUSES.get(outcome.got, "")
    if outcome.got == "None" and (bare := outcome.expected.strip("'\"")) and bare in outcome.output:
        return PRINTED
    if _is_text_and_number(outcome.expected, outcome.got):
        return TEXT_AND_NUMBER
    known = of_the_error(outcome.exception, outcome.message, outcome.sqlstate)
    return known or _of_the_code(outcome) or EXCEPTIONS.get(outcome.exception, "")


def of_the_error(exception: str, message: str, sqlstate: str = "") -> str:
    """What an error means by itself, wherever it was raised; "" for one that is not known."""
    for classes, holds, means in MESSAGES:
        if re.fullmatch(classes, exception) and re.search(holds, message):
            return means
    return SQLSTATES.get(sqlstate, "")


def is_caught(outcome: Outcome) -> bool:
    """Whether a test failed because of the app: an assertion, or an error that the app itself raised."""
    in_app = bool(outcome.file) and not outcome.file.startswith(OF_TESTS)
    return outcome.outcome == "failed" and (outcome.exception in ASSERTIONS or in_app)


def _is_text_and_number(expected: str, got: str) -> bool:
    """Whether two values are told apart by their quotes alone: '201' and 201."""
    bare = expected.strip("'")
    return expected != got and bare == got.strip("'") and re.fullmatch(r"-?\d+(\.\d+)?", bare) is not None


def _of_the_code(outcome: Outcome) -> str:
    if outcome.message.startswith("not all arguments converted") and "execute" in outcome.source:
        return VALUES
    return NO_COLUMN if _is_of_a_row(outcome) else ""


def _is_of_a_row(outcome: Outcome) -> bool:
    """Whether a row of SQLAlchemy was asked for an attribute that it has not; its message may be that name alone."""
    said = re.fullmatch(r"\w+|Could not locate column in row for column '\w+'", outcome.message)
    raised = re.search(r"sqlalchemy[/\\]engine[/\\]\w*row\w*\.py", outcome.traceback)
    return outcome.exception == "AttributeError" and said is not None and raised is not None
