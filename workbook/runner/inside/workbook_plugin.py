"""Writes down what pytest does while it does it, one JSON record a line. PYTEST_DONT_REWRITE

Loaded with `-p workbook_plugin` so that the workers of pytest-xdist load it too. A worker only attaches what it
knows to its reports; the process that holds the record file (`open_record`) writes them.
Imports nothing of the workbook: it lives in the process that runs a learner's code.
"""

from __future__ import annotations

import importlib
import inspect
import json
import linecache
import re
from collections.abc import Generator
from pathlib import Path
from typing import Any, TextIO

import pytest

# Beside this file, which no package holds:
workbook_canaries, workbook_witness = map(importlib.import_module, ("workbook_canaries", "workbook_witness"))
LONGEST = 8_000  # characters kept of any one text

_record: TextIO | None = None
_nonce = ""
_compared: tuple[str, str, str] | None = None


def open_record(path: str, nonce: str) -> None:
    """From now on this process writes its records to `path`; the last one carries `nonce`."""
    global _record, _nonce
    _record = Path(path).open("a", encoding="utf-8", errors="backslashreplace", newline="\n")  # noqa: SIM115 - open until the process ends
    _nonce = nonce


def write(kind: str, **facts: Any) -> None:
    """Append one record; it is with the operating system before the next line of a test runs."""
    if _record is not None:
        _record.write(json.dumps({"kind": kind, **facts}) + "\n")
        _record.flush()


def shorten(text: str, longest: int = LONGEST) -> str:
    """`text`, or its beginning and its end with a note of what was left out."""
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"


def describe(error: BaseException, folder: Path) -> dict[str, Any]:
    """Class, message, SQLSTATE and place of an exception, as a record holds them."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    file, line = _place(error, folder)
    return {
        "exception": type(error).__name__,
        "message": shorten(_text(error)),
        "sqlstate": _sqlstate(error),
        "file": file,
        "line": line,
        "source": linecache.getline(str(folder / file), line).strip() if file else "",
        **_called_at_import(error, folder),
        "module": str(getattr(error, "name", "") or "") if isinstance(error, ImportError) else "",
    }


def _text(error: BaseException) -> str:
    try:
        return str(error.msg if isinstance(error, SyntaxError) else error)
    except Exception:
        return ""


def _sqlstate(error: BaseException) -> str:
    """Of the error itself, or of the driver's that it wraps; one that it was raised from is another error."""
    for one in (error, getattr(error, "orig", None)):
        state = getattr(one, "pgcode", None) or getattr(one, "sqlstate", None)
        if isinstance(state, str):
            return state
    return ""


def _place(error: BaseException, folder: Path) -> tuple[str, int]:
    """The innermost line of the folder's own code; of a syntax error, the line that does not parse."""
    if isinstance(error, SyntaxError) and error.filename and (own := _own(error.filename, folder)):
        return own, error.lineno or 0
    found, step = ("", 0), error.__traceback__
    while step is not None:
        if own := _own(step.tb_frame.f_code.co_filename, folder):
            found = (own, step.tb_lineno)
        step = step.tb_next
    return found


def _called_at_import(error: BaseException, folder: Path) -> dict[str, Any]:
    """The line of a module that called a function of the folder's own, in which it failed; {} where none did."""
    line, step, inside = ("", 0), error.__traceback__, False
    while step is not None:
        code = step.tb_frame.f_code
        if own := _own(code.co_filename, folder):
            if code.co_name == "<module>":
                line, inside = (own, step.tb_lineno), False
            elif code.co_flags & inspect.CO_OPTIMIZED:  # a function, and no body of a class
                inside = True
        step = step.tb_next
    file, number = line
    source = linecache.getline(str(folder / file), number).strip() if file else ""
    return {"caller": {"file": file, "line": number, "source": source}} if inside and file else {}


def _own(name: str, folder: Path) -> str:
    """`name` relative to the folder with forward slashes; "" for a file that is not the folder's own.

    Code that a library made as it ran has no file; that of a compiled module has a relative name of one elsewhere.
    """
    try:
        file = Path(name).resolve()
        relative = file.relative_to(folder)
        if not file.is_file():
            return ""
    except (ValueError, OSError):
        return ""
    return "" if {"site-packages", ".venv"} & set(relative.parts) else relative.as_posix()


def _cause(error: BaseException) -> BaseException:
    """What stopped a module from being imported, under pytest's own wrapping."""
    while isinstance(error, (pytest.Collector.CollectError, ImportError)) or type(error).__name__ in WRAPPERS:
        inner = error.__cause__ or getattr(error, "cause", None)
        if not isinstance(inner, BaseException):
            break
        error = inner
    return error


def pytest_configure() -> None:
    workbook_witness.install()


WRAPPERS = {"ConftestImportFailure", "PluginImportFailure"}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    """A conftest.py that cannot be imported ends pytest before it has a session."""
    try:
        return (yield)
    except BaseException as error:
        write("conftest", **describe(_cause(error), early_config.rootpath), traceback=shorten(str(error)))
        raise


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, Any, Any]:
    """Every test that was found, and every one that is still there after plugins and conftests had their way."""
    before = [item.nodeid for item in items]
    result = yield
    _collected(config, before, [item.nodeid for item in items])
    if not hasattr(config, "workeroutput"):
        items.extend(workbook_canaries.made(items))
    return result


def _collected(config: pytest.Config, before: list[str], after: list[str]) -> None:
    output = getattr(config, "workeroutput", None)
    if output is None:
        write("collected", found=before, kept=after)
    else:
        output["workbook_collected"] = {"found": before, "kept": after}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: Any) -> None:
    """A worker of pytest-xdist ended: take over what it collected, note a crash."""
    collected = (getattr(node, "workeroutput", None) or {}).get("workbook_collected")
    if collected:
        write("collected", **collected)
    write("parallel")
    if error:
        write("crash", message=shorten(str(error)))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """Attach the exception that stopped a file from being collected; note one that leaves Python."""
    folder = collector.config.rootpath
    try:
        report = yield
    except SystemExit as error:
        write("left", nodeid=collector.nodeid, **describe(error, folder))
        raise
    excinfo = report.call.excinfo
    if excinfo is not None:
        report.workbook = describe(_cause(excinfo.value), folder)
    return report


def pytest_collectreport(report: Any) -> None:
    """A file that failed, or skipped itself, while its tests were collected."""
    if report.outcome != "passed":
        facts = getattr(report, "workbook", {})
        traceback = shorten(str(report.longrepr))
        write("collect", nodeid=report.nodeid, outcome=report.outcome, **facts, traceback=traceback)


def pytest_runtest_logstart(nodeid: str) -> None:
    """A test begins: the last one begun is the one that never came back."""
    global _compared
    _compared = None
    workbook_witness.begin()
    write("start", nodeid=nodeid)


def pytest_assertrepr_compare(op: str, left: object, right: object) -> None:
    """Remember both sides of a failing comparison; pytest explains it as ever."""
    global _compared
    _compared = (op, _shown(left), _shown(right))


def _shown(value: object) -> str:
    try:
        return shorten(repr(value), 400)
    except Exception:
        return f"<{type(value).__name__}>"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Attach what the workbook tells about one phase of one test, and bound what it printed."""
    report = yield
    if workbook_canaries.is_one(item):
        report.workbook_canary = True
    report.sections = [(name, shorten(content)) for name, content in report.sections]
    report.workbook = {"says": _says(item)}
    if call.excinfo is not None:
        report.workbook |= describe(call.excinfo.value, item.config.rootpath)
        explained = [line for line in report.workbook["message"].splitlines() if line.startswith("assert ")]
        if _compared and explained and f" {_compared[0]} " in explained[0]:
            report.workbook["compared"] = list(_compared)
        got = " ".join(report.workbook.get("compared", ["", "", ""])[1:])
        seen = workbook_witness.context(call.excinfo.value, report.workbook["sqlstate"], got, item.config.rootpath)
        report.workbook["context"] = seen
    return report


def _says(item: pytest.Item) -> str:
    """First sentence of the test's docstring, else its name as words."""
    text = " ".join((getattr(getattr(item, "obj", None), "__doc__", None) or "").split())
    sentence = re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]
    if not sentence:
        sentence = getattr(item, "originalname", item.name).removeprefix("test_").replace("_", " ")
    case = getattr(getattr(item, "callspec", None), "id", "")
    return f"{sentence.rstrip('.')} ({case})" if case else sentence


def pytest_runtest_logreport(report: Any) -> None:
    """One phase of one test; under pytest-xdist this comes from a worker. A canary is told apart from the rest."""
    if hasattr(report, "workbook_canary"):
        if report.outcome == "failed":
            write("canary")
        return
    write(
        "report",
        nodeid=report.nodeid,
        when=report.when,
        outcome=report.outcome,
        expected_to_fail=hasattr(report, "wasxfail"),
        facts=getattr(report, "workbook", {}),
        traceback=shorten(report.longreprtext, 4 * LONGEST) if report.outcome == "failed" else "",
        output="" if report.when == "setup" else report.capstdout + report.capstderr + report.caplog,
        why=str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else "",
        seconds=report.duration,
    )


def pytest_internalerror(excrepr: Any) -> None:
    """pytest itself, or a plugin, failed."""
    write("internal", traceback=shorten(str(excrepr)))


def pytest_keyboard_interrupt(excinfo: pytest.ExceptionInfo[BaseException]) -> None:
    """Something ended the whole session: `pytest.exit`, or an interrupt."""
    write("left", nodeid="", **describe(excinfo.value, Path.cwd()))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(exitstatus: int) -> None:
    """The record that makes all others count."""
    write("finished", nonce=_nonce, exitstatus=int(exitstatus))
