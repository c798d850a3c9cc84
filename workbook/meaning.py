"""What a failure usually means, in one sentence: by SQLSTATE, by HTTP status, by exception."""

from __future__ import annotations

import re

from workbook.runner import Outcome

SQLSTATES = {
    "22001": "A text is longer than its column allows.",
    "23502": "A column that must have a value got none.",
    "23503": "A row refers to another row that is not there.",
    "23505": "A row with this value exists already, and the value must be unique.",
    "23514": "A value breaks a CHECK constraint of the table.",
    "40001": "Two transactions got in each other's way; the whole unit of work can be tried again.",
    "40P01": "Two transactions waited for each other: take locks in the same order everywhere.",
    "42501": "The database role may not do this.",
    "42601": "The statement is not valid SQL.",
    "42703": "There is no such column: does the table in the database match the model?",
    "42P01": "There is no such table: was it created, and were the models imported before?",
    "53300": "Too many connections are open: close sessions, or share one engine.",
    "55P03": "Another transaction held its lock for too long: commit it, roll it back or close it.",
    "57014": "The statement took longer than the database may take.",
}
STATUSES = {
    "404": "No route answers this path, or what it asks for does not exist.",
    "405": "The path exists, but not for this method.",
    "409": "The request conflicts with what is stored already.",
    "422": "The request does not have the shape that the route declares.",
    "500": "The app failed while it answered.",
}
EXCEPTIONS = {
    "NotImplementedError": "This part is still yours to write.",
    "RecursionError": "A function calls itself without end.",
    "ResponseValidationError": "The route returned something else than its response model declares.",
}


def meaning(outcome: Outcome) -> str:
    """One sentence, or "" where the failure says it all."""
    if outcome.sqlstate in SQLSTATES:
        return SQLSTATES[outcome.sqlstate]
    if "status_code" in outcome.source and re.fullmatch(r"\d{3}", outcome.expected):
        return STATUSES.get(outcome.got, "")
    return EXCEPTIONS.get(outcome.exception, "")
