"""What a failure usually means, in one sentence: by SQLSTATE, by HTTP status, by exception."""

from __future__ import annotations

import re

from workbook.chapters.targets import OF_TESTS
from workbook.runner import Outcome

SQLSTATES = {
    "22001": "A text is longer than its column allows.",
    "23502": "A column that must have a value got none.",
    "23503": "A row refers to another row that is not there.",
    "23505": "A row with this value exists already, and the value must be unique.",
    "23514": "A value breaks a CHECK constraint of the table.",
    "25P02": "An earlier statement of the transaction failed: roll back before the next one.",
    "40001": "Two transactions got in each other's way; the whole unit of work can be tried again.",
    "40P01": "Two transactions waited for each other: take locks in the same order everywhere.",
    "42501": "The database role may not do this.",
    "42601": "The statement is not valid SQL. (Around a %s there are no quotes, whatever its type.)",
    "42703": "There is no such column: does the table in the database match the model?",
    "42P01": "There is no such table: was it created, here and in this transaction? A rollback takes new tables back.",
    "42P07": "There is a table, an index or a constraint of that name already.",
    "53300": "Too many connections are open: close sessions, or share one engine.",
    "55P03": "Another transaction held its lock for too long: commit it, roll it back or close it.",
    "57014": "The statement took longer than the database may take.",
}
STATUSES = {
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


MESSAGES = (  # class of exception, what its message matches, what it means
    (
        "AttributeError",
        r"'tuple' object has no attribute",
        "A row came back as a plain tuple: make an object of your type from it.",
    ),
    (
        "AttributeError",
        r"'FixtureFunctionDefinition' object",
        "A fixture was used by its name and not asked for: write it among the parameters of the fixture or test.",
    ),
    (
        "ProgrammingError",
        r"(\(psycopg2\.\w+\) )?no results to fetch",
        "The statement gave no rows: it was no SELECT, and has no RETURNING.",
    ),
    ("ResponseValidationError", r".*it got None$", "The route returned None: is there a `return`?"),
    (
        "ResourceClosedError",
        r"This result object does not return rows",
        "The statement gave no rows: it was no SELECT, and has no RETURNING.",
    ),
)
ASSERTIONS = {"AssertionError", "Failed"}
VALUES = "The values must be a tuple or a list: (text,) is one by its comma, (text) is not."
NO_COLUMN = "A row has no such column: `execute` gives rows, `scalars` gives objects."
TEXT_AND_NUMBER = "One side is a text, the other a number."


def meaning(outcome: Outcome) -> str:
    """One sentence, or "" where the failure says it all."""
    if outcome.sqlstate in SQLSTATES:
        return SQLSTATES[outcome.sqlstate]
    if "status_code" in outcome.source and re.fullmatch(r"\d{3}", outcome.expected):
        return STATUSES.get(outcome.got, "")
    if _is_text_and_number(outcome.expected, outcome.got):
        return TEXT_AND_NUMBER
    return _of_the_message(outcome) or EXCEPTIONS.get(outcome.exception, "")


def is_caught(outcome: Outcome) -> bool:
    """Whether a test failed because of the app: an assertion, or an error that the app itself raised."""
    in_app = bool(outcome.file) and not outcome.file.startswith(OF_TESTS)
    return outcome.outcome == "failed" and (outcome.exception in ASSERTIONS or in_app)


def _is_text_and_number(expected: str, got: str) -> bool:
    """Whether two values are told apart by their quotes alone: '201' and 201."""
    bare = expected.strip("'")
    return expected != got and bare == got.strip("'") and re.fullmatch(r"-?\d+(\.\d+)?", bare) is not None


def _of_the_message(outcome: Outcome) -> str:
    for exception, message, means in MESSAGES:
        if outcome.exception == exception and re.match(message, outcome.message):
            return means
    if outcome.message.startswith("not all arguments converted") and "execute" in outcome.source:
        return VALUES
    return NO_COLUMN if _is_of_a_row(outcome) else ""


def _is_of_a_row(outcome: Outcome) -> bool:
    """Whether a row of SQLAlchemy was asked for an attribute that it has not; its message may be that name alone."""
    said = re.fullmatch(r"\w+|Could not locate column in row for column '\w+'", outcome.message)
    raised = re.search(r"sqlalchemy[/\\]engine[/\\]\w*row\w*\.py", outcome.traceback)
    return outcome.exception == "AttributeError" and said is not None and raised is not None
