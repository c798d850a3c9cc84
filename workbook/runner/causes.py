"""Every way in which a run can say nothing about its tests: facts, which `workbook.report` puts into sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

# Of what kind a cause is. None is ever a legitimate red.
Reason = Literal[
    "syntax",  # a file does not parse (also tabs, encoding)
    "import",  # an import failed while pytest collected
    "collection",  # any other failure while pytest collected
    "fixture",  # a fixture failed before the test could ask its question
    "empty",  # no test was collected, or not all that were asked for
    "skipped",  # a test was skipped, deselected or expected to fail instead of run
    "timeout",  # the hard timeout ended it
    "memory",  # the memory bound ended it
    "exit",  # the process ended before pytest was done
    "database",  # the database server could not be reached
]


@dataclass(frozen=True)
class Base:
    """Files are relative to the folder that was run, tests are node ids; "" where one is not known."""

    reason: ClassVar[Reason]


@dataclass(frozen=True)
class NotCollected(Base):
    """A file failed while it was imported; `exception` is a class, `message` the first line of what it says."""

    reason: ClassVar[Reason] = "collection"
    file: str
    exception: str
    message: str


@dataclass(frozen=True)
class NotImported(NotCollected):
    """What a file imports is not there."""

    reason = "import"


@dataclass(frozen=True)
class NotParsed(NotCollected):
    """A file is not Python; `undecodable` is its first line that is not UTF-8, 0 where there is none."""

    reason = "syntax"
    undecodable: int


@dataclass(frozen=True)
class NameTaken(Base):
    """A module has the name of a standard one, or of an installed package."""

    reason = "collection"
    file: str
    name: str
    standard: bool


@dataclass(frozen=True)
class PytestFailed(Base):
    """pytest gave up for a reason of its own."""

    reason = "collection"
    message: str


@dataclass(frozen=True)
class NoTest(Base):
    """A file, folder or test that was asked for holds no test, or is not there."""

    reason = "empty"
    where: str
    missing: bool = False


@dataclass(frozen=True)
class Skipped(Base):
    """A test was skipped or expected to fail, or a whole file skips itself."""

    reason = "skipped"
    file: str
    test: str = ""


@dataclass(frozen=True)
class Deselected(Base):
    """A test, and so many others, were found and then left out."""

    reason = "skipped"
    test: str
    others: int


@dataclass(frozen=True)
class FixtureMissing(Base):
    """There is no fixture of this name; `available` are those that the folder makes."""

    reason = "fixture"
    name: str
    available: tuple[str, ...]


@dataclass(frozen=True)
class FixtureFailed(Base):
    """A fixture failed before the test or while cleaning up after it, with what is said of an `Outcome`."""

    reason = "fixture"
    test: str
    exception: str
    message: str
    sqlstate: str


@dataclass(frozen=True)
class TimedOut(Base):
    """The test that ran, or getting there, did not end in time; `places` are lines in the app and in the test."""

    reason = "timeout"
    test: str
    seconds: float
    places: tuple[tuple[str, int], ...]
    waits_for: Literal["", "connection", "lock"]


@dataclass(frozen=True)
class OutOfMemory(Base):
    """The run took more memory than it may hold."""

    reason = "memory"
    test: str


@dataclass(frozen=True)
class Ended(Base):
    """The process, or one of its workers, ended; a negative `exit_code` is the signal that killed it."""

    reason = "exit"
    test: str
    exit_code: int | None


@dataclass(frozen=True)
class Left(Base):
    """An exception that leaves Python: in a test, or while tests were collected from a file."""

    reason = "exit"
    exception: str
    test: str = ""
    file: str = ""


@dataclass(frozen=True)
class NotRun(Base):
    """A test, and so many others, were collected and never came to their end."""

    reason = "exit"
    test: str
    others: int


@dataclass(frozen=True)
class Unreachable(Base):
    """The database server does not take the connection."""

    reason = "database"
    host: str
    port: int


Cause = (
    NotCollected | NameTaken | PytestFailed | NoTest | Skipped | Deselected | FixtureMissing | FixtureFailed
    | TimedOut | OutOfMemory | Ended | Left | NotRun | Unreachable
)  # fmt: skip
