"""Every way in which a run can say nothing about its tests: facts, which `workbook.report` puts into sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, dataclass_transform

# Of what kind a cause is. None is ever a legitimate red.
Reason = Literal[
    "syntax",  # a file does not parse (also tabs, encoding)
    "import",  # an import failed while pytest collected
    "collection",  # any other failure while pytest collected
    "fixture",  # a fixture failed before the test could ask its question
    "empty",  # no test was collected, or not all that were asked for
    "skipped",  # a test was skipped, deselected or expected to fail instead of run
    "untrusted",  # what had to fail passed, or a result has no test, or a test no result
    "timeout",  # the hard timeout ended it
    "memory",  # the memory bound ended it
    "exit",  # the process ended before pytest was done
    "database",  # the database server could not be reached
]


@dataclass_transform(frozen_default=True)
class Base:
    """Files are relative to the folder that was run, tests are node ids; "" where one is not known."""

    reason: ClassVar[Reason]

    def __init_subclass__(cls, reason: Reason) -> None:
        cls.reason = reason
        dataclass(frozen=True)(cls)


class NotCollected(Base, reason="collection"):
    """A file failed while it was imported; `exception` is a class, `message` the first line of what it says."""

    file: str
    exception: str
    message: str


class CalledAtImport(NotCollected, reason="collection"):
    """A line that runs while the file is imported calls a function of its own, in which it fails."""


class NameUnknown(NotCollected, reason="collection"):
    """A name is used that the file does not know; `defined_in` are modules of the folder that define it."""

    name: str
    defined_in: tuple[str, ...]


class NotImported(NotCollected, reason="import"):
    """What a file imports is not there; `elsewhere` is the dotted name of a module one folder down, "" without one."""

    elsewhere: str


class NotParsed(NotCollected, reason="syntax"):
    """A file is not Python; `undecodable` is its first line that is not UTF-8, 0 where there is none."""

    undecodable: int


class NameTaken(Base, reason="collection"):
    """A module has the name of a standard one, of an installed package, or of the folder beside it."""

    file: str
    name: str
    by: Literal["standard", "installed", "folder"]


class PytestFailed(Base, reason="collection"):
    """pytest gave up for a reason of its own."""

    message: str


class NoTest(Base, reason="empty"):
    """A file, folder or test that was asked for holds no test, or is not there."""

    where: str
    missing: bool = False


class Skipped(Base, reason="skipped"):
    """A test was skipped or expected to fail, or a whole file skips itself."""

    file: str
    test: str = ""


class Deselected(Base, reason="skipped"):
    """A test, and so many others, were found and then left out."""

    test: str
    others: int


class NeverRed(Base, reason="untrusted"):
    """Tests that have to fail did not: something that pytest works with was replaced."""


class NotAsWritten(Base, reason="untrusted"):
    """A test that stands in a file has no result, or another number of results than it was collected."""

    test: str


class FixtureMissing(Base, reason="fixture"):
    """There is no fixture of this name; `available` are those that the folder makes."""

    name: str
    available: tuple[str, ...]


class FixtureFailed(Base, reason="fixture"):
    """A fixture failed before the test or while cleaning up after it, with what is said of an `Outcome`."""

    test: str
    exception: str
    message: str
    sqlstate: str


class TimedOut(Base, reason="timeout"):
    """The test that ran, or getting there, did not end in time; `places` are lines in the app and in the test."""

    test: str
    seconds: float
    places: tuple[tuple[str, int], ...]
    waits_for: Literal["", "connection", "lock"]


class OutOfMemory(Base, reason="memory"):
    """The run took more memory than it may hold."""

    test: str


class Ended(Base, reason="exit"):
    """The process, or one of its workers, ended; a negative `exit_code` is the signal that killed it."""

    test: str
    exit_code: int | None


class Left(Base, reason="exit"):
    """An exception that leaves Python: in a test, or while tests were collected from a file."""

    exception: str
    test: str = ""
    file: str = ""


class NotRun(Base, reason="exit"):
    """A test, and so many others, were collected and never came to their end."""

    test: str
    others: int


class Unreachable(Base, reason="database"):
    """The database server does not take the connection."""

    host: str
    port: int


Cause = (
    NotCollected | NameTaken | PytestFailed | NoTest | Skipped | Deselected | NeverRed | NotAsWritten
    | FixtureMissing | FixtureFailed | TimedOut | OutOfMemory | Ended | Left | NotRun | Unreachable
)  # fmt: skip
