"""What a day does to the command: killed processes, damaged files, a full disk, a stranger on its port.

One file for each kind of trouble, `test_<kind>.py`, which anybody may add. It asks the same of everything that exists
(each command, each file of state, each place to be killed at), by a list that the product itself keeps, so that what
is added to the product tomorrow is tried too. What is broken on purpose is always a copy: `toy` from `toys.py`, or a
server of the test's own from `embedded.py`.

Together these take less than ten minutes. A schedule that has more to try tries a part of it, and the whole in the
weekly run, where HOSTILE=full is set: `times` says how many.
"""

from __future__ import annotations

import os

FULL = os.environ.get("HOSTILE") == "full"
SEED = int(os.environ.get("HOSTILE_SEED", "2026"))  # of all that is drawn by lot; a failure names it


def times(short: int, full: int) -> int:
    """How often to try: `short` in every run, `full` once a week."""
    return full if FULL else short
