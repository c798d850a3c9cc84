"""Every cluster that a checkout has: the one in use, and those set aside, which the program never deletes by itself."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from workbook.postgres import external_home
from workbook.postgres.cluster import Cluster
from workbook.postgres.initdb import KEPT, MAKING
from workbook.postgres.installation import Place
from workbook.postgres.pg_errors import of_system
from workbook.system.errors import UserError
from workbook.system.invocation import call

ASIDE = "set-aside-"
_REASON = "set-aside.txt"  # in the folder of a cluster that was
_CLOCK = ("global/pg_control", "PG_VERSION", ".")  # written last when the cluster was used last


@dataclass(frozen=True)
class Kept:
    """One cluster that is not in use; `bytes` on the disk, `days` since it was used."""

    folder: Path
    reason: str
    bytes: int
    days: int

    @property
    def name(self) -> str:
        return self.folder.name


def version(folder: Path) -> int:
    """The major version of PostgreSQL that made a cluster; 0 where it does not say. Raises `UserError`."""
    try:
        return int((folder / "PG_VERSION").read_text(encoding="utf-8").split(".")[0])
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return 0
    except OSError as error:
        raise of_system(error, folder) from None


def latest(home: Path) -> Path | None:
    """The cluster that was used last, should nobody remember which one is in use."""
    return max(home.glob(f"{KEPT}*"), key=_used, default=None)


def set_aside(cluster: Cluster, place: Place, reason: str) -> Path:
    """Stop a cluster and rename it, with the reason in it; returns where it is now."""
    cluster.end(place)
    aside = cluster.folder.with_name(cluster.folder.name.replace(KEPT, ASIDE))
    with suppress(OSError):
        (cluster.folder / _REASON).write_text(f"{reason}\n", encoding="utf-8", newline="\n")
    with suppress(OSError):  # on Windows, a program that still has a file of it open: it is kept where it is
        cluster.folder.rename(aside)
        return aside
    return cluster.folder


def bring_back(folder: Path) -> Path:
    """Give a cluster the name of one that is used; returns where it is now."""
    back = folder.with_name(folder.name.replace(ASIDE, KEPT))
    folder.rename(back)
    with suppress(OSError):
        (back / _REASON).unlink()
    return back


def kept(root: Path, used: Path | None) -> list[Kept]:
    """All clusters of the checkout `root` but the one that is `used`."""
    homes = [home for home in external_home.homes() if external_home.claimant(home) == root]
    return _listed({root / ".workbook" / "postgres": "", **dict.fromkeys(homes, "")}, used)


def orphans() -> list[Kept]:
    """Those of checkouts that are gone, or on a disk that is not there now; only outside of checkouts can they be."""
    owners = {home: external_home.claimant(home) for home in external_home.homes()}
    gone = {home: f"its checkout {owner} is gone" for home, owner in owners.items() if not owner.exists()}
    return _listed(gone, None)


def _listed(homes: dict[Path, str], used: Path | None) -> list[Kept]:
    found = [(one, why) for home, why in homes.items() for kind in (KEPT, ASIDE) for one in home.glob(f"{kind}*")]
    return [
        Kept(folder, why or _reason(folder), _bytes(folder), int((time.time() - _used(folder)) // 86_400))
        for folder, why in sorted(found, key=lambda one: -_used(one[0]))
        if folder != used
    ]


def find(name: str, among: list[Kept]) -> Kept:
    """The cluster of that name, or of its last letters; raises `UserError`."""
    found = [one for one in among if name and one.name.endswith(name)]
    if len(found) == 1:
        return found[0]
    many = "More than one cluster" if found else "No cluster that is set aside"
    raise UserError(f"{many} is called {name!r}.", f"`{call('db clusters')}` lists them.")


def sweep(place: Place) -> None:
    """Remove what was being made when its maker was killed: nobody ever used it. Only for who holds the lock."""
    for folder in place.home.glob(f"{MAKING}*"):
        if folder.is_dir():
            Cluster(folder).end(place)
            shutil.rmtree(folder, ignore_errors=True)
        else:
            folder.unlink(missing_ok=True)  # the password of the same
    for draft in place.home.glob("dump-*"):
        draft.unlink(missing_ok=True)


def _reason(folder: Path) -> str:
    with suppress(OSError):
        return (folder / _REASON).read_text(encoding="utf-8", errors="replace").strip()
    return "no one remembers why"


def _used(folder: Path) -> float:
    for name in _CLOCK:
        with suppress(OSError):
            return (folder / name).stat().st_mtime
    return 0.0


def _bytes(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118 - thousands of them
    return total
