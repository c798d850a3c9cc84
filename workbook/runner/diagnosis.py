"""Finds out what kept a run from saying anything about its tests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from workbook.runner.causes import FixtureFailed, FixtureMissing, Left, NoTest, PytestFailed, Skipped, TimedOut
from workbook.runner.records import Record
from workbook.runner.result import Outcome, Run, broken

# The fixtures of pytest and of the plugins that a run may have.
NOT_OWN = frozenset(
    {
        "cache",
        "capfd",
        "capfdbinary",
        "caplog",
        "capsys",
        "capsysbinary",
        "capteesys",
        "doctest_namespace",
        "monkeypatch",
        "pytestconfig",
        "record_property",
        "record_testsuite_property",
        "record_xml_attribute",
        "recwarn",
        "subtests",
        "testrun_uid",
        "tmp_path",
        "tmp_path_factory",
        "tmpdir",
        "tmpdir_factory",
        "worker_id",
    }
)
LEAVING = {"SystemExit", "KeyboardInterrupt", "Exit"}


def timeout(folder: Path, stacks: str, test: str, seconds: float) -> Run:
    """The hard timeout ended it: which test, where the code stood just before, and what it waited for."""
    places = places_in(stacks, folder)
    waits_for: Literal["", "connection", "lock"] = ""
    if "sqlalchemy" in stacks and re.search(r"pool[/\\]\w+\.py", stacks):
        waits_for = "connection"
    elif re.search(r"sqlalchemy[/\\]engine[/\\]default\.py\", line \d+ in do_execute", stacks):
        waits_for = "lock"
    file, line = places[0] if places else ("", 0)
    where = {"file": file, "line": line, "source": _line(folder, file, line)}
    return broken(TimedOut(test, seconds, tuple(places), waits_for), where)


def places_in(stacks: str, folder: Path) -> list[tuple[str, int]]:
    """From faulthandler's dump: the innermost line of the folder's code in the app, and that in a test."""
    places: list[tuple[str, int]] = []
    for thread in re.split(r"^(?:Current thread|Thread) ", stacks, flags=re.MULTILINE):
        for name, line in re.findall(r'File "(.+?)", line (\d+)', thread):
            try:
                places.append((Path(name).relative_to(folder).as_posix(), int(line)))
                break
            except ValueError:
                continue
    found = {"test" in file: (file, line) for file, line in reversed(places)}
    return [found[kind] for kind in sorted(found)]


def left(facts: Record) -> Run:
    """Python was asked to leave while tests were collected or run."""
    return broken(Left(facts["exception"], file=facts.get("nodeid", "")), facts)


def exited(outcome: Outcome) -> Run:
    """A test called something that leaves Python."""
    return broken(Left(outcome.exception, test=outcome.test), vars(outcome))


def unfinished(log: str, internal: Sequence[str], folder: Path) -> Run:
    """pytest gave up for a reason of its own: a test it cannot find, bad options, a broken conftest hook."""
    if missing := re.search(r"^ERROR: not found: (.+)$", log, re.MULTILINE):
        return empty(missing[1].replace("\\", "/").removeprefix(f"{folder.as_posix()}/"))
    text = internal[-1].strip().splitlines()[-1].removeprefix("INTERNALERROR>").strip() if internal else ""
    complaint = re.search(r"^(?:\S+: error|ERROR): (?!usage)(.+)$", log, re.MULTILINE)
    return broken(PytestFailed(text or (complaint[1].strip() if complaint else "")), traceback="\n".join(internal))


def skipped(node: str) -> Run:
    """A test, or a whole file, that was not run though it was there."""
    file, _, test = node.partition("::")
    return broken(Skipped(file, node if test else ""), {"file": file})


def empty(where: str) -> Run:
    return broken(NoTest(where), {"file": where})


def fixture(outcome: Outcome) -> Run:
    """A fixture failed, before the test or while cleaning up after it, or there is none of that name."""
    if outcome.exception == "FixtureLookupError" and (missing := _missing(outcome)):
        return missing
    cause = FixtureFailed(outcome.test, outcome.exception, outcome.message, outcome.sqlstate)
    return broken(cause, vars(outcome))


def _missing(outcome: Outcome) -> Run | None:
    """What pytest tells of a fixture that it does not find: who asks for it, and which there are."""
    told = outcome.traceback
    name = re.search(r"^E +fixture '(.+)' not found$", told, re.MULTILINE)
    if not name:
        return None
    listed = re.search(r"^> +available fixtures: (.+)$", told, re.MULTILINE)
    requester = re.search(r"^file (.+), line (\d+)\n((?:  .*\n)+)E ", told, re.MULTILINE)
    lines = requester[3].splitlines() if requester else [""]  # its decorators, and its first line
    available = sorted(set(listed[1].split(", ")) - NOT_OWN) if listed else []
    where = {
        "file": requester[1] if requester else outcome.test.split("::")[0],
        "line": int(requester[2]) + len(lines) - 1 if requester else 0,
        "source": lines[-1].strip(),
    }
    return broken(FixtureMissing(name[1], tuple(available)), where)


def _line(folder: Path, file: str, number: int) -> str:
    if not file:
        return ""
    lines = (folder / file).read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""
