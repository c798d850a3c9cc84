"""What many checks leave behind: files and bytes in `.workbook/`, databases, temporary folders.

    python benchmarks/growth.py              # in the activated .venv; after the first check and after the last
    python benchmarks/growth.py --checks 1000

It fails where a check leaves a file, a database or a folder, or a line in the server's log. The data of the server
itself doesn't count: it reuses its files in its own time.
"""

from __future__ import annotations

import argparse
import dataclasses
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from workbook import course  # noqa: E402
from workbook.course import Chapter  # noqa: E402
from workbook.learner import desk  # noqa: E402
from workbook.learner.checking import check  # noqa: E402
from workbook.learner.record import record  # noqa: E402
from workbook.postgres import databases  # noqa: E402
from workbook.postgres.connection import connected  # noqa: E402
from workbook.runner import Runner  # noqa: E402
from workbook.system import leftovers, session  # noqa: E402

CHAPTER = "isolated_tests"  # its checks make databases inside of a database, and commit


def left(chapter: Chapter) -> dict[str, int]:
    """What there is at the moment, by kind."""
    state = [ROOT / ".workbook", chapter.root / ".workbook"]
    files = [one for folder in state for one in folder.rglob("*") if one.is_file()]
    own = [one for one in files if not any(part.startswith(("cluster-", "set-aside-")) for part in one.parts)]
    with connected(databases.url()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE %s", (f"%{CHAPTER}%",))
        [(count,)] = cursor.fetchall()
    return {
        "files": len(own),
        "bytes of the log": sum(one.stat().st_size for one in files if one.name == "server.log"),
        "databases": count,
        "temporary folders": len(list(session.folder().iterdir())),
        "files on the desk": sum(1 for _ in chapter.desk.rglob("*")),
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--checks", type=int, default=20)
    checks = asked.parse_args().checks
    original = course.load().find(CHAPTER)
    with tempfile.TemporaryDirectory() as root, Runner() as runner:
        chapter = dataclasses.replace(original, root=Path(root).resolve())
        shutil.copytree(original.folder, chapter.folder, ignore=leftovers.everything)
        desk.open_copy(chapter)
        record(chapter, check(chapter, runner))
        first = left(chapter)
        for _ in range(checks):
            record(chapter, check(chapter, runner))
        last = left(chapter)
    for kind, count in first.items():
        print(f"{kind:20} {count:8} after one check {last[kind]:8} after {checks} more")
    if first != last:
        sys.exit("A check leaves something behind.")


if __name__ == "__main__":
    main()
