"""The helpers that notebooks import: show files, changes, requests, SQL and rows; prove red and green, errors too."""

from workbook.nb import magics
from workbook.nb.expected_error import raises
from workbook.nb.http import request
from workbook.nb.notebook_session import chapter, database
from workbook.nb.prediction import reveal
from workbook.nb.psql import psql
from workbook.nb.serving import server
from workbook.nb.source_view import changes, read, show
from workbook.nb.statements import sql
from workbook.nb.tables import table
from workbook.nb.test_runs import green, pytest_report, red

magics.register()

__all__ = [
    "changes",
    "chapter",
    "database",
    "green",
    "psql",
    "pytest_report",
    "raises",
    "read",
    "red",
    "request",
    "reveal",
    "server",
    "show",
    "sql",
    "table",
]
