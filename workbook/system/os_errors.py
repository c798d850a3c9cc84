"""What the system refuses, as a sentence with a next step. Standard library only."""

from __future__ import annotations

import errno
import os
import re
import shlex
import shutil
import sys
from pathlib import Path

from workbook.system.errors import UserError

AGAIN = "Then run the same command again."
FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
SENTENCES = {  # of a place
    errno.ENOENT: ("{} is missing.", "Bring it back, or take away the link that leads to it."),
    errno.ELOOP: ("{} is a link that leads to itself.", "Take it away."),
    errno.ENAMETOOLONG: ("{} is too long a path for this system.", "Move the checkout to a short one."),
    errno.EISDIR: ("{} is a folder, where a file is needed.", "Rename it, or move it away."),
    errno.ENOTDIR: ("{} is a file, where a folder is needed.", "Rename it, or move it away."),
    errno.EEXIST: ("{} is in the way.", "Rename it, or move it away."),
    errno.ENOTEMPTY: ("{} is in the way: it is not empty.", "Rename it, or move it away."),
}


def of_system(error: OSError, place: Path | None = None) -> UserError:
    """The refusal of a file, a folder or a stream; `place` is where we were at work, should the system not say it."""
    error = _first(error)
    named = error.filename2 or error.filename
    place = Path(os.fsdecode(named)) if isinstance(named, str | bytes) else place
    what = str(place or "A file")
    if is_full(error):
        return UserError(f"The disk is full{f' at {place}' if place else ''}.", f"Make room. {AGAIN}")
    if error.errno == errno.EROFS:
        return UserError(
            f"{what} cannot be written: its disk is read-only.", f"Move the checkout to another disk. {AGAIN}"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return denied(place or Path())
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return UserError("Too many files are open at once.", f"Allow more in this shell: ulimit -n 1024. {AGAIN}")
    said, todo = SENTENCES.get(error.errno or 0, ("{}: " + f"{error.strerror or error}.", "Look at it."))
    return UserError(said.format(what), f"{todo} {AGAIN}")


def _first(error: OSError) -> OSError:
    """Of the many that copying a folder may meet, the first."""
    if not isinstance(error, shutil.Error) or not isinstance(error.args[0], list):
        return error
    _, target, why = error.args[0][0]
    said = re.match(r"\[Errno (\d+)\] (.+?)(?:: '(.+)')?$", str(why))
    return OSError(int(said[1]), said[2], said[3] or target) if said else OSError(0, str(why), target)


def is_full(error: OSError) -> bool:
    """Whether there is no room: on the disk, in the person's share of it, or in a file that may not be larger."""
    error = _first(error)
    return error.errno in FULL or getattr(error, "winerror", None) in (39, 112)


def denied(place: Path) -> UserError:
    """Somebody else's file, one that is protected, or one that another program holds open."""
    if sys.platform == "win32":
        return UserError(
            f"{place} cannot be read or written: it is protected, or a program has it open.",
            "Close JupyterLab, notebooks and editors that use this folder, "
            f"or clone the repository into a folder of your own. {AGAIN}",
        )
    existing = next((one for one in (place, *place.parents) if os.path.lexists(one)), place)
    owner = _owner(existing)
    if owner is None:
        return UserError(
            f"{place} cannot be read or written by you: its permissions forbid it.",
            f"Allow it: chmod -R u+rwX {shlex.quote(str(existing))}. {AGAIN}",
        )
    checkout = Path(os.environ.get("WORKBOOK_ROOT") or Path(__file__).parents[2]).resolve()
    theirs = [one for one in (existing, *existing.parents) if one.is_relative_to(checkout) and _owner(one) == owner]
    if not theirs or checkout in theirs:
        return UserError(
            f"{place} cannot be read or written by you: it belongs to {owner}.",
            "Clone the repository into a folder of your own, as in your home folder, and run the command there.",
        )
    return UserError(
        f"{place} belongs to {owner}, as after a command that was run with sudo.",
        f"Take it back: sudo chown -R {os.getuid()} {shlex.quote(str(theirs[-1]))}. {AGAIN}",
    )


def _owner(place: Path) -> str | None:
    """The user whose it is; None where that is us, or where nobody knows."""
    if sys.platform == "win32":
        return None
    try:
        number = place.lstat().st_uid
        return None if number == os.getuid() else place.owner()
    except KeyError:
        return f"user {number}"  # one without a name
    except OSError:
        return None
