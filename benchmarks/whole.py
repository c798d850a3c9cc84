"""What proving the course costs: `workbook test` against plain pytest, run after run. Prints ratios within this run.

    python benchmarks/whole.py          # in the activated .venv; takes minutes

The plain way makes the same proofs of every stage, exercise, solution and notebook, one process after another: for
each chapter pytest on the suite (twice, and shuffled three times, once of these in two processes), on the exercise and
on each solution and sabotaged copy; then `pytest --nbval` on one notebook after another. To be fair, pytest loads
only the plugins that it needs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from workbook import course  # noqa: E402
from workbook.chapters import variants  # noqa: E402
from workbook.chapters.targets import EXERCISE, SUITE, asked  # noqa: E402
from workbook.chapters.workspace import workspace  # noqa: E402
from workbook.course import Chapter  # noqa: E402
from workbook.postgres.chapter_databases import database  # noqa: E402

PLAIN = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
IN_ORDER: list[str] = []
SHUFFLED = [["-p", "pytest_randomly", f"--randomly-seed={seed}"] for seed in (20, 21)]
SPREAD = ["-p", "pytest_randomly", "--randomly-seed=22", "-p", "xdist", "-n", "2"]
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
NBVAL = ["-p", "nbval.plugin", "--nbval", "--nbval-current-env"]


def main() -> None:
    chapters = course.load().chapters
    plain = sum(stage(chapter) for chapter in chapters)
    notebooks = sum(nbval(chapter) for chapter in chapters)
    same = workbook("tests/course/test_chapters.py", "tests/course/test_notebooks.py")
    whole = workbook()
    print(f"{len(chapters)} chapters")
    print(f"  plain pytest per chapter, then nbval per notebook   {plain + notebooks:6.0f} s   1.00")
    print(f"  the same proofs by `workbook test`                  {same:6.0f} s   {same / (plain + notebooks):.2f}")
    print(f"  all of `workbook test`: cases, requests, prose too  {whole:6.0f} s   {whole / (plain + notebooks):.2f}")
    print(f"  all of `workbook test`, per chapter                 {whole / len(chapters):6.1f} s")


def stage(chapter: Chapter) -> float:
    """Seconds of the plain runs of one chapter."""
    more = [] if chapter.contract.kind == "once" else [*SHUFFLED, SPREAD]
    seconds = runs(chapter, "suite", [(SUITE, options) for options in (IN_ORDER, IN_ORDER, *more)])
    seconds += runs(chapter, "untouched", [(EXERCISE, IN_ORDER)])
    seconds += runs(chapter, "solved", [(asked(chapter), IN_ORDER)], chapter.solution)
    for file in variants.sabotages(chapter):
        broken_app = variants.changed(chapter, variants.read(chapter, file))
        seconds += runs(chapter, file.stem, [(EXERCISE, IN_ORDER)], chapter.solution, files=broken_app)
    return seconds


def runs(
    chapter: Chapter,
    purpose: str,
    wanted: Sequence[tuple[Sequence[str], Sequence[str]]],
    *overlays: Path,
    files: Mapping[str, str | None] | None = None,
) -> float:
    """Seconds of some runs in one copy of the chapter, on one database; some of them are red on purpose."""
    with workspace(chapter, *overlays, files=files) as folder, database(chapter, purpose) as url:
        return sum(timed([*PLAIN, *options, *targets], folder, DATABASE_URL=url) for targets, options in wanted)


def nbval(chapter: Chapter) -> float:
    """Seconds of one notebook."""
    return timed([*PLAIN, *NBVAL, str(chapter.notebook)], ROOT / "notebooks")


def workbook(*arguments: str) -> float:
    """Seconds of `workbook test`."""
    return timed([sys.executable, "-m", "workbook", "test", *arguments], ROOT)


def timed(command: Sequence[str], folder: Path, **settings: str) -> float:
    """Seconds until a command has ended, whatever it came to."""
    begun = time.perf_counter()
    subprocess.run(command, cwd=folder, env=os.environ | ALONE | settings, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
