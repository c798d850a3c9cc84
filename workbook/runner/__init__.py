"""Runs a folder's tests in a process of their own and says honestly what came of it."""

from workbook.runner.engine import CancelledError, Runner
from workbook.runner.result import Outcome, Run, joined

__all__ = ["CancelledError", "Outcome", "Run", "Runner", "joined"]
