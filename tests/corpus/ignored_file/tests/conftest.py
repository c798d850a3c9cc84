"""Hides a file."""

collect_ignore = ["test_own.py"]
