"""Every way in which a run can say nothing about its tests, each as a sentence and a next step."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from workbook.runner.records import Record
from workbook.runner.result import Outcome, Reason, Run

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


def broken(reason: Reason, detail: str, todo: str, *, file: str = "", line: int = 0, source: str = "") -> Run:
    return Run("broken", (), reason=reason, detail=detail, todo=todo, file=file, line=line, source=source)


def place(facts: Record, *, fallback: str = "") -> str:
    file, line = facts.get("file", "") or fallback, facts.get("line", 0)
    return f"{file}, line {line}" if line else file


def timeout(folder: Path, stacks: str, test: str, seconds: float) -> Run:
    """The hard timeout ended it: says which test, and where the code stood just before."""
    what = f"{test} did not end" if test else "The tests did not get started"
    there = places_in(stacks, folder)
    at = f" The code was at {', and at '.join(f'{file}, line {line}' for file, line in there)}." if there else ""
    todo = "Look for a loop that never ends, or for something that waits for ever."
    if "sqlalchemy" in stacks and re.search(r"pool[/\\]\w+\.py", stacks):
        at += " It waits for a free database connection: sessions were opened and not closed."
        todo = "Close every session, in a `with` block or in the dependency's `finally`."
    elif re.search(r"sqlalchemy[/\\]engine[/\\]default\.py\", line \d+ in do_execute", stacks):
        at += " It waits for the database: another connection holds a lock there."
        todo = "Commit, roll back or close the other connection first."
    file, line = there[0] if there else ("", 0)
    detail = f"{what} within {seconds:g} seconds.{at}"
    return broken("timeout", detail, todo, file=file, line=line, source=_line(folder, file, line))


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


def memory(test: str) -> Run:
    who = test or "The code"
    return broken(
        "memory",
        f"{who} took more memory than the 1 GB that a run may hold, and was stopped.",
        "Look for a loop that keeps adding to a list, or for a query that fetches everything.",
    )


def gone(test: str, code: int | None) -> Run:
    """The process, or one of its workers, ended before pytest was done."""
    how = f" with exit code {code}" if code else ""
    if code is not None and code < 0:
        how = f", killed by {_signal(-code)}"
    where = f"in the middle of {test}" if test else "before a test could begin"
    return broken(
        "exit",
        f"Python ended {where}{how}. No test result counts.",
        "Remove what ends the process (`os._exit`, `kill`), or find what crashes it.",
    )


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def left(facts: Record) -> Run:
    """Python was asked to leave while tests were collected or run."""
    how = {"SystemExit": "sys.exit", "Exit": "pytest.exit"}.get(facts["exception"], "an interrupt")
    at = place(facts, fallback=facts.get("nodeid", ""))
    where = f" at {at}" if at else ""
    return broken(
        "exit",
        f"{how} ended the run{where}. No test result counts.",
        "Remove that call: tests must run to their end.",
        file=facts.get("file", ""),
        line=facts.get("line", 0),
        source=facts.get("source", ""),
    )


def exited(outcome: Outcome) -> Run:
    """A test called something that leaves Python."""
    return broken(
        "exit",
        f"{outcome.file or outcome.test}, line {outcome.line}: sys.exit ended {outcome.test} before it was done.",
        "Remove that call: a function that the tests use must return, or raise an error of its own.",
        file=outcome.file,
        line=outcome.line,
        source=outcome.source,
    )


def unfinished(log: str, internal: Sequence[str], folder: Path) -> Run:
    """pytest gave up for a reason of its own: a test it cannot find, bad options, a broken conftest hook."""
    if missing := re.search(r"^ERROR: not found: (.+)$", log, re.MULTILINE):
        return empty(missing[1].replace("\\", "/").removeprefix(f"{folder.as_posix()}/"))
    text = internal[-1].strip().splitlines()[-1].removeprefix("INTERNALERROR>").strip() if internal else ""
    complaint = re.search(r"^(?:\S+: error|ERROR): (?!usage)(.+)$", log, re.MULTILINE)
    because = text or (complaint[1].strip() if complaint else "it does not say why")
    todo = "Undo your last change to conftest.py or to pyproject.toml."
    return replace(
        broken("collection", f"pytest could not do its work: {because}.", todo), traceback="\n".join(internal)
    )


def skipped_file(facts: Record) -> Run:
    return broken(
        "skipped",
        f"{facts['nodeid']} skips itself: none of its tests was run.",
        "Remove the skip: a requirement counts only when its test runs.",
        file=facts["nodeid"],
    )


def skipped(outcome: Outcome) -> Run:
    return broken(
        "skipped",
        f"{outcome.test} was skipped or expected to fail: it says nothing.",
        "Remove the skip or xfail: a requirement counts only when its test runs.",
        file=outcome.test.split("::")[0],
    )


def hidden(tests: Sequence[str]) -> Run:
    return broken(
        "skipped",
        f"{tests[0]} was found and then left out{_others(tests)}: a conftest.py or an option deselects it.",
        "Remove what deselects tests.",
    )


def empty(what: str) -> Run:
    return broken("empty", f"{what} holds no test.", "A test is a function whose name starts with `test_`.", file=what)


def not_run(tests: Sequence[str]) -> Run:
    return broken("exit", f"{tests[0]} was never run to its end{_others(tests)}.", "Look for what ends the run early.")


def _others(tests: Sequence[str]) -> str:
    return f", and {len(tests) - 1} more" if len(tests) > 1 else ""


def fixture(outcome: Outcome) -> Run:
    """A fixture failed, before the test or while cleaning up after it, or there is none of that name."""
    if outcome.exception == "FixtureLookupError" and (missing := _missing(outcome)):
        return missing
    at = place({"file": outcome.file, "line": outcome.line}, fallback=outcome.test)
    first = outcome.message.strip().splitlines()[0] if outcome.message.strip() else ""
    todo = "Mend the fixture first; the tests come after it."
    if outcome.sqlstate == "42P07":
        todo = "Two tables, indexes or constraints of the models have this name: give one of them another."
    return broken(
        "fixture",
        f"A fixture failed at {at} ({outcome.exception}: {first}), so {outcome.test} says nothing.",
        todo,
        file=outcome.file,
        line=outcome.line,
        source=outcome.source,
    )


def _missing(outcome: Outcome) -> Run | None:
    """What pytest tells of a fixture that it does not find: who asks for it, and which there are."""
    told = outcome.traceback
    name = re.search(r"^E +fixture '(.+)' not found$", told, re.MULTILINE)
    if not name:
        return None
    listed = re.search(r"^> +available fixtures: (.+)$", told, re.MULTILINE)
    there = sorted(set(listed[1].split(", ")) - NOT_OWN) if listed else []
    others = f"There {'are' if len(there) > 1 else 'is'}: {', '.join(there)}." if there else "There are none."
    where = "define it in the test file or in a conftest.py, with `@pytest.fixture` above it."
    requester = re.search(r"^file (.+), line (\d+)\n((?:  .*\n)+)E ", told, re.MULTILINE)
    lines = requester[3].splitlines() if requester else [""]  # its decorators, and its first line
    return broken(
        "fixture",
        f"There is no fixture '{name[1]}' here. {others}",
        f"Ask for one that there is, or {where}" if there else where[0].upper() + where[1:],
        file=requester[1] if requester else outcome.test.split("::")[0],
        line=int(requester[2]) + len(lines) - 1 if requester else 0,
        source=lines[-1].strip(),
    )


def _line(folder: Path, file: str, number: int) -> str:
    if not file:
        return ""
    lines = (folder / file).read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""
