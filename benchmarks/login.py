"""Whether the time of a refused login tells who is registered: a wrong password against an unknown user.

    python benchmarks/login.py              # in the activated .venv; ratios within this run

Both are asked in turns, over HTTP, of the app of chapter 07 behind a real server; then of the same app with the work
for an unknown user taken out. DATABASE_URL, where it is set, says on which PostgreSQL; otherwise it is the workbook's.
"""

from __future__ import annotations

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
from workbook.postgres.chapter_databases import database  # noqa: E402

CHAPTER, PAIRS = "07", 100
AT_ONCE = "        if stored is None:\n            return False, None\n"  # what most people write first
BEFORE = "        if stored is not None and Argon2Hasher.identify(stored):\n"
VARIANTS = {"as shipped": "", "an unknown user is refused at once": AT_ONCE}


def main() -> None:
    if "--inside" in sys.argv:
        print(json.dumps(measured()))
        return
    chapter = course.load(ROOT).find(CHAPTER)
    print(f"{chapter.slug}: {PAIRS} logins with a wrong password, {PAIRS} of an unknown user, in turns")
    for name, added in VARIANTS.items():
        file = f"{chapter.package}/passwords.py"
        text = (chapter.folder / file).read_text(encoding="utf-8")
        if BEFORE not in text:
            sys.exit(f"✗ {file} of {chapter.slug} has no {BEFORE.strip()!r}.\n  Mend BEFORE in {Path(__file__).name}.")
        changed = text.replace(BEFORE, added + BEFORE)
        with workspace(chapter, files={file: changed}) as folder, database(chapter, "login") as url:
            env = os.environ | dict(chapter.environment) | {"DATABASE_URL": url, "PYTHONPATH": str(folder)}
            command = [sys.executable, str(Path(__file__).resolve()), "--inside"]
            ran = subprocess.run(command, cwd=folder, env=env, stdout=subprocess.PIPE, check=True)
        wrong, unknown = (statistics.median(times) for times in json.loads(ran.stdout))
        print(f"  {name:36} {wrong * 1e3:6.1f} ms  {unknown * 1e3:6.1f} ms   ratio of medians {wrong / unknown:.2f}")


def measured() -> tuple[list[float], list[float]]:
    """Seconds of the answers to a wrong password, and to a name that nobody has, of the app in this folder."""
    from fastauth.main import app  # type: ignore[import-not-found]
    from workbook.nb import server

    times: tuple[list[float], list[float]] = ([], [])
    with server(app) as http:
        user = {"username": "grace", "password": "cobol", "fullname": "Grace Hopper"}
        http.post("/users/register", json=user).raise_for_status()
        for _ in range(PAIRS):
            for username, taken in zip(("grace", "nobody"), times, strict=True):
                begun = perf_counter()
                answer = http.post("/login", data={"username": username, "password": "fortran"})
                taken.append(perf_counter() - begun)
                assert answer.status_code == 401, answer.text
    return times


if __name__ == "__main__":
    main()
