"""What a console can show: each mark has a plain twin for one that cannot. Standard library only."""

from __future__ import annotations

import codecs

TWINS = {
    "✓": "+",
    "✗": "x",
    "→": ">",
    "←": "<",
    "…": "...",
    "·": "-",
    "●": "*",
    "○": "o",
    "•": "*",
    "─": "-",
    "\N{EN DASH}": "-",
    "“": '"',
    "”": '"',
}


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(TWINS.get(one, "?") for one in lost), error.end


PLAIN = "plain"  # as `errors` of a stream: what its encoding lacks is written as its twin, else as "?"
codecs.register_error(PLAIN, _plain)
