"""Why a run says nothing about its tests, and what to do next, in sentences."""

from __future__ import annotations

import re
import signal
from typing import assert_never

from workbook.report.meaning import of_the_error
from workbook.runner import Run, causes
from workbook.runner.engine import MEMORY
from workbook.system.invocation import call

IMPORTED_FROM = {  # names that the chapters use, and where they come from
    "Annotated": "typing",
    **dict.fromkeys(("Depends", "FastAPI", "HTTPException", "status"), "fastapi"),
    **dict.fromkeys(("BaseModel", "ConfigDict", "Field", "SecretStr"), "pydantic"),
    **dict.fromkeys(("Index", "String", "UniqueConstraint", "func", "select", "text"), "sqlalchemy"),
    **dict.fromkeys(("Mapped", "Session", "mapped_column"), "sqlalchemy.orm"),
    "IntegrityError": "sqlalchemy.exc",
    "Iterator": "collections.abc",
    "TestClient": "fastapi.testclient",
    "closing": "contextlib",
}

Explanation = tuple[str, str]  # what broke and where; the next step, in the imperative


def explain(run: Run) -> Explanation:
    """The two sentences for a broken run."""
    at = place(run.file, run.line)
    match run.cause:
        case causes.NotCollected() as cause:
            return _not_collected(cause, at or cause.file)
        case causes.FixtureMissing(name, available):
            return _fixture_missing(name, available)
        case causes.FixtureFailed() as cause:
            return _fixture_failed(cause, at or cause.test)
        case causes.TimedOut() as cause:
            return _timed_out(cause)
        case causes.Ended(test, code):
            return _ended(test, code)
        case causes.Left() as cause:
            return _left(cause, at)
        case causes.NameTaken(file, name, by):
            whose = TAKEN[by]
            return (
                f"{file} has the same name as {whose} `{name}`: code that needs that one may find yours.",
                f"Rename {file}, and the imports that mean it.",
            )
        case causes.PytestFailed(message):
            return (
                f"pytest could not do its work: {message or 'it does not say why'}.",
                "Undo your last change to conftest.py or to pyproject.toml.",
            )
        case causes.NoTest(where, missing=True):
            return (
                f"{where} is missing: the tests that were asked for are not there.",
                f"Put the file back; `{call('reset')}` sets your copy aside and makes a fresh one.",
            )
        case causes.NoTest(where):
            return f"{where} holds no test.", "A test is a function whose name starts with `test_`."
        case causes.Skipped(file, test=""):
            return (
                f"{file} skips itself: none of its tests was run.",
                "Remove the skip: a requirement counts only when its test runs.",
            )
        case causes.Skipped(test=test):
            return (
                f"{test} was skipped or expected to fail: it says nothing.",
                "Remove the skip or xfail: a requirement counts only when its test runs.",
            )
        case causes.Deselected(test, others):
            return (
                f"{test} was found and then left out{_and(others)}: a conftest.py or an option deselects it.",
                "Remove what deselects tests.",
            )
        case causes.NeverRed():
            return (
                "Tests that have to fail did not fail: your code replaces something that pytest works with.",
                "Leave pytest's functions, hooks and reports as they are: a green counts where a red is possible.",
            )
        case causes.NotAsWritten(test):
            return (
                f"{test} is written, and its results are not those of one run of it.",
                "Leave pytest's collection and reports as they are.",
            )
        case causes.NotRun(test, others):
            return f"{test} was never run to its end{_and(others)}.", "Look for what ends the run early."
        case causes.OutOfMemory(test):
            bound = f"the {MEMORY // 1024**3} GB that a run may hold"
            return (
                f"{test or 'The code'} took more memory than {bound}, and was stopped.",
                "Look for a loop that keeps adding to a list, or for a query that fetches everything.",
            )
        case causes.Unreachable(host, port):
            return (
                f"The database server at {host}:{port} does not take the connection.",
                f"Run `{call('db status')}`; `{call('doctor')}` says what is wrong.",
            )
        case None:
            raise ValueError(f"a {run.status} run needs no explanation")
    assert_never(run.cause)


TAKEN = {
    "standard": "Python's own module",
    "installed": "the installed package",
    "folder": "the folder",
}


def place(file: str, line: int) -> str:
    """As in "shelf/main.py, line 11"; "" where no file is known."""
    return f"{file}, line {line}" if file and line else file


def _and(others: int) -> str:
    return f", and {others} more" if others else ""


def _not_collected(cause: causes.NotCollected, at: str) -> Explanation:
    detail, todo = f"{at}: {cause.exception}: {cause.message}", "Mend that line; no test can run before it."
    known = of_the_error(cause.exception, cause.message)
    if known:
        detail, todo = f"{at}: {_before_hints(cause)}", known
    match cause:
        case causes.CalledAtImport():
            detail = f"{at}, runs while the file is imported, and failed: {cause.exception}: {cause.message}."
            todo = 'Take that line out, or put it below `if __name__ == "__main__":`.'
        case causes.NameUnknown(name=name, defined_in=modules):
            own = cause.file.removesuffix(".py").replace("/", ".")
            detail = f"{at}: the file does not know {name}{' yet' if own in modules else ''}."
            todo = _name_todo(name, modules, own)
        case causes.NotParsed() if not known:
            detail, todo = _not_parsed(cause, at)
        case causes.NotImported(message=message) as absent:
            detail, todo = _imported(message, at), _import_todo(absent)
    if "while importing" in detail or not cause.message:
        detail = f"{at} could not be imported."
    return detail, todo


def _before_hints(cause: causes.NotCollected) -> str:
    """Class and message without the library's own advice, which suits other causes."""
    told = re.split(r"\s+(?:Hint: |Specify 'extend_existing)", cause.message)[0].rstrip(" .!")
    return f"{cause.exception}: {told}."


def _name_todo(name: str, modules: tuple[str, ...], own: str) -> str:
    if own in modules:
        return f"It is defined further down: move this below it, or {name} above."
    where = modules[0] if modules else IMPORTED_FROM.get(name)
    if where:
        return f"Import it: `from {where} import {name}`."
    return "Check its spelling, or import it."


def _imported(message: str, at: str) -> str:
    """Which file lacks a name comes before which one asks for it."""
    lacking = re.fullmatch(r"cannot import name '(\w+)' from '[\w.]+' \((?!unknown)(.+\.py)\)", message)
    if lacking is None or "site-packages" in lacking[2] or lacking[2].startswith("/"):
        return f"{at}: {message}."
    return f"{lacking[2]} does not define {lacking[1]}, which {at}, imports."


def _import_todo(cause: causes.NotImported) -> str:
    if circle := re.search(r"partially initialized module '([\w.]+)'", cause.message):
        other = circle[1].replace(".", "/") + ".py"
        return f"{cause.file} and {other} import each other: move what both need into a third file."
    if cause.elsewhere:
        return f"There is such a module in a folder: write `{cause.elsewhere}`."
    if "cannot import name" in cause.message:
        return "Define it in that file, or bring it back; if it is there, compare the spelling."
    return "Check the spelling of the import, and that what it names exists."


def _not_parsed(cause: causes.NotParsed, at: str) -> Explanation:
    if cause.undecodable:
        return (
            f"{cause.file}, line {cause.undecodable}, is not saved as UTF-8.",
            "Save the file with the encoding UTF-8.",
        )
    match cause.exception:
        case "TabError":
            return (
                f"{at}: tabs and spaces are mixed in the indentation.",
                "Indent with four spaces, everywhere in the file.",
            )
        case "IndentationError":
            return (
                f"{at}: the indentation is wrong ({cause.message}).",
                "Line the block up with its neighbours, four spaces a step.",
            )
    return f"{at}: this is not valid Python ({cause.message}).", "Mend that line, or the one before it."


def _fixture_missing(name: str, available: tuple[str, ...]) -> Explanation:
    there = (
        f"There {'are' if len(available) > 1 else 'is'}: {', '.join(available)}." if available else "There are none."
    )
    where = "define it in the test file or in a conftest.py, with `@pytest.fixture` above it."
    todo = f"Ask for one that there is, or {where}" if available else where[0].upper() + where[1:]
    return f"There is no fixture '{name}' here. {there}", todo


def _fixture_failed(cause: causes.FixtureFailed, at: str) -> Explanation:
    first = cause.message.strip().partition("\n")[0]
    todo = "Mend the fixture first; the tests come after it."
    if known := of_the_error(cause.exception, cause.message, cause.sqlstate):
        todo = known
    if cause.sqlstate == "42P07":
        todo = "Two tables, indexes or constraints of the models have this name: give one of them another."
    return f"A fixture failed at {at} ({cause.exception}: {first}), so {cause.test} says nothing.", todo


def _timed_out(cause: causes.TimedOut) -> Explanation:
    what = f"{cause.test} did not end" if cause.test else "The tests did not get started"
    places = [place(*one) for one in cause.places]
    at = f" The code was at {', and at '.join(places)}." if places else ""
    todo = "Look for a loop that never ends, or for something that waits forever."
    if cause.waits_for == "connection":
        at += " It waits for a free database connection: sessions were opened and not closed."
        todo = "Close every session, in a `with` block or in the dependency's `finally`."
    elif cause.waits_for == "lock":
        at += " It waits for the database: another connection holds a lock there."
        todo = "Commit, roll back or close the other connection first."
    return f"{what} within {cause.seconds:g} seconds.{at}", todo


def _ended(test: str, code: int | None) -> Explanation:
    how = f" with exit code {code}" if code else ""
    if code is not None and code < 0:
        how = f", killed by {_signal(-code)}"
    where = f"in the middle of {test}" if test else "before a test could begin"
    return (
        f"Python ended {where}{how}. No test result counts.",
        "Remove what ends the process (`os._exit`, `kill`), or find what crashes it.",
    )


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _left(cause: causes.Left, at: str) -> Explanation:
    how = {"SystemExit": "sys.exit", "Exit": "pytest.exit"}.get(cause.exception, "an interrupt")
    if cause.test:
        return (
            f"{at or cause.test}: {how} ended {cause.test} before it was done.",
            "Remove that call: a function that the tests use must return, or raise an error of its own.",
        )
    where = f" at {at or cause.file}" if at or cause.file else ""
    return f"{how} ended the run{where}. No test result counts.", "Remove that call: tests must run to their end."
