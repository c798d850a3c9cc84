"""The helpers that notebooks import: show files, changes, requests, SQL, rows, waits; prove red, green and errors."""

from workbook.nb import magics
from workbook.nb.expected_error import raises
from workbook.nb.http import request
from workbook.nb.interleaving import interleaving
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
    "interleaving",
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
