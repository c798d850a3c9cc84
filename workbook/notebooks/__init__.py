"""Executes, normalises, checks and stores the notebooks of the course."""

from workbook.notebooks.canonical import canonical
from workbook.notebooks.execution import check, execute, quiet_imports, read, store, write
from workbook.notebooks.lint import header, lint

__all__ = ["canonical", "check", "execute", "header", "lint", "quiet_imports", "read", "store", "write"]
