"""Keeps pytest out of the cases: `test_runner.py` runs them, one at a time, in processes of their own."""

collect_ignore_glob = ["*"]
