"""The helpers that notebooks import: show files, changes, requests, SQL and rows; prove red and green, errors too."""

from workbook.nb import magics
from workbook.nb.exchange import request
from workbook.nb.psql import psql
from workbook.nb.refusal import raises
from workbook.nb.serving import server
from workbook.nb.showing import changes, read, show
from workbook.nb.statements import sql
from workbook.nb.tables import table
from workbook.nb.trial import green, red
from workbook.nb.walk import chapter, database

magics.register()

__all__ = [
    "changes",
    "chapter",
    "database",
    "green",
    "psql",
    "raises",
    "read",
    "red",
    "request",
    "server",
    "show",
    "sql",
    "table",
]
