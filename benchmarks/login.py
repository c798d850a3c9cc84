"""Whether the time of a refused login tells who is registered: a wrong password against an unknown user.

    python benchmarks/login.py              # in the activated .venv; ratios within this run
    python benchmarks/login.py --pairs 12 --json

Both are asked in turns, over HTTP, of the app of chapter passwords behind a real server; then of the same app with the
work for an unknown user taken out. DATABASE_URL, where it is set, says on which PostgreSQL; otherwise it is the
workbook's.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from workbook import course  # noqa: E402
from workbook.chapters.workspace import workspace  # noqa: E402
from workbook.course import Chapter  # noqa: E402
from workbook.postgres.chapter_databases import database  # noqa: E402

CHAPTER, PAIRS = "passwords", 100
AT_ONCE = "        if stored is None:\n            return False, None\n"  # what most people write first
BEFORE = "        if stored is None or not Argon2Hasher.identify(stored):\n"
VARIANTS = {"as shipped": "", "an unknown user is refused at once": AT_ONCE}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", type=int, default=PAIRS, help="logins of each kind")
    parser.add_argument("--json", action="store_true", help="print the seconds of every login instead")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.inside:
        print(json.dumps(measured(wanted.pairs)))
        return
    chapter = course.load(ROOT).find(CHAPTER)
    times = {name: asked(chapter, added, wanted.pairs) for name, added in VARIANTS.items()}
    if wanted.json:
        print(json.dumps(times))
        return
    print(f"{chapter.slug}: {wanted.pairs} logins with a wrong password, {wanted.pairs} of an unknown user, in turns")
    for name, pair in times.items():
        wrong, unknown = (statistics.median(taken) for taken in pair)
        print(f"  {name:36} {wrong * 1e3:6.1f} ms  {unknown * 1e3:6.1f} ms   ratio of medians {wrong / unknown:.2f}")


def asked(chapter: Chapter, added: str, pairs: int) -> list[list[float]]:
    """Seconds of the answers to a wrong password and to an unknown user, with `added` put into the app."""
    file = f"{chapter.package}/passwords.py"
    text = (chapter.folder / file).read_text(encoding="utf-8")
    if BEFORE not in text:
        sys.exit(f"✗ {file} of {chapter.slug} has no {BEFORE.strip()!r}.\n  Mend BEFORE in {Path(__file__).name}.")
    changed = text.replace(BEFORE, added + BEFORE)
    with workspace(chapter, files={file: changed}) as folder, database(chapter, "login") as url:
        env = os.environ | dict(chapter.environment) | {"DATABASE_URL": url, "PYTHONPATH": str(folder)}
        command = [sys.executable, str(Path(__file__).resolve()), "--inside", "--pairs", str(pairs)]
        ran = subprocess.run(command, cwd=folder, env=env, stdout=subprocess.PIPE, check=True)
    found: list[list[float]] = json.loads(ran.stdout)
    return found


def measured(pairs: int) -> tuple[list[float], list[float]]:
    """Seconds of the answers to a wrong password, and to a name that nobody has, of the app in this folder."""
    from fastauth.main import app  # type: ignore[import-not-found]
    from workbook.nb import server

    times: tuple[list[float], list[float]] = ([], [])
    with server(app) as http:
        user = {"username": "grace", "password": "cobol", "fullname": "Grace Hopper"}
        http.post("/users/register", json=user).raise_for_status()
        for _ in range(pairs):
            for username, taken in zip(("grace", "nobody"), times, strict=True):
                begun = perf_counter()
                answer = http.post("/login", json={"username": username, "password": "fortran"})
                taken.append(perf_counter() - begun)
                assert answer.status_code == 401, answer.text
    return times


if __name__ == "__main__":
    main()
