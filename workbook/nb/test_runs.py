"""Runs real tests from a notebook and holds the notebook to its claim: red is red, green is green."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from workbook.chapters import difference
from workbook.chapters.changes import new_tests
from workbook.chapters.targets import OF_TESTS, REPEATED, SHUFFLED, SUITE
from workbook.chapters.workspace import KEPT_BACK, put, workspace
from workbook.nb.cards import card
from workbook.nb.notebook_session import current
from workbook.nb.rendering import Shown, plain_and_html
from workbook.nb.source_view import Swap, swapped_in
from workbook.postgres.chapter_databases import database
from workbook.report.summary import told
from workbook.runner.process import environment
from workbook.system.errors import UserError

if TYPE_CHECKING:
    from workbook.runner import Run

QUIET = {"PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "80"}  # of a bare pytest


class ClaimError(AssertionError):
    """The tests did not do what the notebook says they do."""

    def _render_traceback_(self) -> list[str]:
        return [f"✗ {self}"]


class How(TypedDict, total=False):
    """Everything that `red` and `green` may be told beside the tests.

    `on` names another stage whose app answers this chapter's tests. `without` takes top-level symbols out of files,
    `swap` replaces pieces of their text (each must stand there once), `files` puts whole texts in their place.
    `runs` run after another on one database, and all but the last must be green; `database` names one that this
    notebook keeps between calls. `times` asks for every test so many times in one run. `shuffled` puts the tests in
    another order, always the same; `parallel` spreads them over so many processes.
    """

    on: str
    without: Mapping[str, Sequence[str]]
    swap: Swap
    files: Mapping[str, str]
    runs: int
    database: str
    times: int
    shuffled: bool
    parallel: int


def red(*targets: str, expect: str = "", **how: Unpack[How]) -> Shown:
    """Show tests of this chapter fail. Raises where they pass, and where they could not be asked at all.

    `targets` are files, folders or node ids of the chapter (default: its suite). `expect` must stand in what failed:
    its exception, SQLSTATE and message. The rest is in `How`.
    """
    done, shown = _done(targets, how)
    runs = how.get("runs", 1)
    if done[-1].status != "red" or len(done) < runs:
        raise ClaimError(
            f"These tests should be red{f' in run {runs}' if runs > 1 else ''}, and are not:\n{shown.plain}"
        )
    if expect and not any(expect in told(one) for one in done[-1].failed):
        raise ClaimError(f"{expect!r} is in none of the failures:\n{shown.plain}")
    return shown


def green(*targets: str, **how: Unpack[How]) -> Shown:
    """Show tests of this chapter pass, in each run. Raises where one does not. The rest is as in `red`."""
    done, shown = _done(targets, how)
    if done[-1].status != "green":
        again = "\n\nWas this cell run before? Run the first cell to start over." if "database" in how else ""
        raise ClaimError(f"These tests should be green, and are not:\n{shown.plain}{again}")
    return shown


def judged(*targets: str, **how: Unpack[How]) -> Shown:
    """Show what tests of this chapter say, red or green. The rest is as in `red`."""
    return _done(targets, how)[1]


def pytest_report(*targets: str, **how: Unpack[How]) -> Shown:
    """What pytest itself prints of these tests, without times. The rest is as in `red`."""
    asked = ["-qq", "--tb=short", "--color=no", "-p", "no:cacheprovider", *(targets or SUITE)]
    with _folder(how) as folder, _database(how) as url:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *asked],
            cwd=folder,
            env=environment(os.environ) | QUIET | {"DATABASE_URL": url},
            capture_output=True,
            encoding="utf-8",
            timeout=current().chapter.timeout,
            check=False,
        )
    return plain_and_html(done.stdout.rstrip(), title=shlex.join(["pytest", *targets]))


def options(how: How) -> tuple[str, ...]:
    spread = ("-p", "xdist", "-n", str(how["parallel"])) if how.get("parallel", 1) > 1 else ()
    again = REPEATED if how.get("times", 1) > 1 else ()
    return (*(SHUFFLED if how.get("shuffled") else ()), *spread, *again)


def _done(named: Sequence[str], how: How) -> tuple[list[Run], Shown]:
    """The runs, and what they look like."""
    targets = named or SUITE
    runs = _do(targets, how)
    return runs, _shown(targets, how, runs)


def _do(targets: Sequence[str], how: How) -> list[Run]:
    """Run until one run is not green, at most `runs` times."""
    walk = current()
    chapter = walk.chapter
    done: list[Run] = []
    with _folder(how) as folder, _database(how) as url:
        for target in targets:
            _require(target, folder)
            if "::" in target and how.get("times", 1) > 1:
                raise UserError(f"{target} cannot be asked for several times.", "Name its file: `times` is for files.")
        while len(done) < how.get("runs", 1) and all(run.status == "green" for run in done):
            run = walk.runner.run(
                folder,
                [*targets] * how.get("times", 1),
                database_url=url,
                timeout=chapter.timeout,
                options=options(how),
            )
            done.append(run)
    return done


def _require(target: str, folder: Path) -> None:
    """Raise `UserError` where there is no such file or no such test."""
    file, _, test = target.partition("::")
    name = test.rpartition("::")[2].partition("[")[0]
    if not (folder / file).exists():
        there = sorted(one.relative_to(folder).as_posix() for one in folder.glob("tests/test_*.py"))
        raise UserError(f"This chapter has no {file}.", f"It has {', '.join(there)}.")
    if name and name not in (there := re.findall(r"^def (test_\w+)", difference.read(folder / file), re.MULTILINE)):
        raise UserError(f"There is no {name} in {file}.", f"There is {', '.join(there)}.")


def _database(how: How) -> AbstractContextManager[str]:
    walk = current()
    if "database" in how:
        return nullcontext(walk.database(how["database"]))
    return database(walk.chapter, "notebook")


@contextmanager
def _folder(how: How) -> Iterator[Path]:
    chapter = current().chapter
    stage = current().course.find(how["on"]) if "on" in how else chapter
    tests = {}
    if stage != chapter:
        texts = difference.texts(chapter.folder, without=KEPT_BACK)
        tests = {file: text for file, text in texts.items() if file.startswith((*OF_TESTS, "pyproject.toml"))}
    with workspace(stage, without=how.get("without")) as folder:
        for name in ("tests", "exercise") if tests else ():
            shutil.rmtree(folder / name)
        swapped = {file: swapped_in(folder, file, pieces) for file, pieces in how.get("swap", {}).items()}
        put(folder, {**tests, **swapped, **how.get("files", {})})
        yield folder


def _shown(targets: Sequence[str], how: How, done: Sequence[Run]) -> Shown:
    said = [shlex.join(["pytest", *targets])]
    said += [f"{how['times']} times"] if how.get("times", 1) > 1 else []
    said += ["shuffled"] if how.get("shuffled") else []
    said += [f"in {how['parallel']} processes"] if how.get("parallel", 1) > 1 else []
    said += [f"on the database {how['database']!r}"] if "database" in how else []
    said += [f"on the app of {how['on']}"] if "on" in how else []
    said += [f"without {', '.join(symbols)} in {file}" for file, symbols in how.get("without", {}).items()]
    said += [f"with changes in {file}" for file in how.get("swap", {})]
    said += [f"with our own {file}" for file in how.get("files", {})]
    new = new_tests(current().course, current().chapter)
    return card(done, "  ·  ".join(said), of=how.get("runs", 1), times=how.get("times", 1), new=new)
