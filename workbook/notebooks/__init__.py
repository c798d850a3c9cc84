"""Executes, normalises, checks and stores the notebooks of the course."""

from workbook.notebooks.canonical import canonical
from workbook.notebooks.execution import execute, kernel_environment, quiet_imports, read, write
from workbook.notebooks.lint import header, lint
from workbook.notebooks.store import check, refresh

__all__ = [
    "canonical",
    "check",
    "execute",
    "header",
    "kernel_environment",
    "lint",
    "quiet_imports",
    "read",
    "refresh",
    "write",
]
