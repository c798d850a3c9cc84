"""Notices that a learner saved something: what their files hold has changed, however the editor wrote them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

from watchfiles import DefaultFilter, watch

from workbook.system import leftovers

QUIET = 2  # milliseconds without a further change before a save counts as whole
POLL = 200  # milliseconds between two looks where the system does not tell
PATIENCE = 0.3  # seconds in which a file that an editor took away must be back

State = dict[str, bytes]


def saved_states(folder: Path, stop: Event, *, poll: bool = False) -> Iterator[State]:
    """Yield what the folder holds, first as it is, then each time after it changed; ends when `stop` is set.

    The parent folder is watched, so that the folder itself may be moved away and made again. `poll` is for network
    folders, whose changes the system does not tell.
    """
    known = state(folder)
    yield known
    changes = watch(
        folder.parent,
        watch_filter=DefaultFilter(),
        debounce=200,
        step=QUIET,
        stop_event=stop,
        rust_timeout=500,
        yield_on_timeout=True,
        raise_interrupt=False,
        force_polling=poll,
        poll_delay_ms=POLL,
    )
    for _ in changes:  # also without a change, now and then: some folders do not tell of every one
        now = _settled(folder, known)
        if now != known:
            known = now
            yield known


def state(folder: Path) -> State:
    """Every Python and TOML file with its content; one that cannot be read now is left out."""
    found: State = {}
    for file in leftovers.files(folder):
        if file.suffix not in (".py", ".toml"):
            continue
        try:
            found[file.relative_to(folder).as_posix()] = file.read_bytes()
        except OSError:
            continue
    return found


def _settled(folder: Path, known: State) -> State:
    """The state, once files that an editor replaces by renaming are back."""
    deadline = time.monotonic() + PATIENCE
    now = state(folder)
    while known.keys() - now.keys() and time.monotonic() < deadline:
        time.sleep(0.01)
        now = state(folder)
    return now
