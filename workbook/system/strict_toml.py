"""Reads TOML into dataclasses, strictly: whatever does not fit is an error that names file, key and the nearest key."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from workbook.system.errors import UserError

T = TypeVar("T")

KINDS = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
}


@dataclass(frozen=True)
class Rule:
    """What a value must be beside its type, in `Annotated[str, Rule(…)]`; `says` completes "must be"."""

    holds: Callable[[Any], object]
    says: str


@dataclass(frozen=True)
class Key:
    """Where a value stands: the file, and the way to it from the top, as in `exercise.red[2].test`."""

    file: Path
    way: str = ""
    top: Collection[str] = ()  # the keys at the top of the file

    def inner(self, name: str) -> Key:
        return replace(self, way=f"{self.way}.{name}" if self.way else name)

    def element(self, number: int) -> Key:
        return replace(self, way=f"{self.way}[{number}]")

    def error(self, said: str, todo: str) -> UserError:
        """The error that says something of this key, as in "`title` is missing."."""
        return UserError(f"{self.file}: `{self.way}` {said}", todo)

    def unknown(self, said: str, wrong: str, right: Collection[str], more: str = "") -> UserError:
        """The error for a word that is none of the `right` ones; names the nearest, or all where none is near."""
        near = get_close_matches(wrong.lower(), right, n=1)
        todo = f"Did you mean `{near[0]}`?" if near else f"Choose from: {', '.join(right) or '(nothing)'}."
        return self.error(said, f"{todo} {more}".rstrip())


def read(file: Path, kind: type[T], **given: object) -> T:
    """The dataclass `kind`, its fields read from the keys of the file, but for those that are `given`.

    A field with a default may be left out. Raises `UserError` for a file that cannot be read or is not valid TOML, and
    for a key that is unknown, missing, of another type, or breaks a `Rule`.
    """
    made: T = _table(kind, parsed(file), Key(file, top=_names(kind) - given.keys()), given)
    return made


def parsed(file: Path) -> dict[str, Any]:
    """The file as `tomllib` reads it; raises `UserError`, with the line, where it cannot be."""
    back = f"Bring it back: `git checkout -- {file.name}` in its folder."
    if file.is_dir():
        raise UserError(f"{file} is a folder, and must be a file.", f"Take it away. {back}")
    try:
        data = file.read_bytes()
        return tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except (FileNotFoundError, NotADirectoryError):
        raise UserError(f"{file} is missing.", back) from None
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror or error}.", "Make it readable for you.") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(f"{file} is not UTF-8 text: see line {line}.", "Save it as UTF-8.") from None
    except (ValueError, RecursionError) as error:
        said = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        lines = len(data.splitlines())
        said = said.replace("at end of document", f"at line {lines}, the end of the file")
        raise UserError(f"{file} is not valid TOML: {said}.", "Mend that line.") from None


def _table(kind: Any, table: Mapping[str, Any], at: Key, given: Mapping[str, object]) -> Any:
    keys = {one.name: one for one in fields(kind) if one.name not in given}
    for name in table:
        if name not in keys:
            inner = [one for one, its in _types(kind).items() if name in _names(its)]
            if inner:
                raise at.inner(name).error("is not known here.", f"Write it below [{inner[0]}].")
            if name in at.top:  # it was written below the heading of another table
                raise at.inner(name).error("is not known here.", "Write it above the first [table] of the file.")
            raise at.inner(name).unknown("is not known.", name, [*keys])
    for name, one in keys.items():
        if name not in table and _is_required(one):
            raise at.inner(name).error("is missing.", "Add it; MAINTAINING.md says what each key means.")
    read = {name: _value(_types(kind)[name], value, at.inner(name)) for name, value in table.items()}
    return kind(**read, **given)


def _value(kind: Any, value: Any, at: Key) -> Any:
    match get_origin(kind):
        case _ if kind is Any:
            return value
        case origin if origin is Annotated:
            inner, rule = get_args(kind)
            made = _value(inner, value, at)
            if not rule.holds(made):
                raise at.error(f"is {value!r}, and must be {rule.says}.", "Correct it.")
            return made
        case origin if origin in (Union, UnionType):  # with None: the key may be left out
            return _value(get_args(kind)[0], value, at)
        case origin if origin is Literal:
            _demand(value, str, at)
            if value not in get_args(kind):
                raise at.unknown(f"is {value!r}, which is no choice.", value, get_args(kind))
            return value
        case origin if origin is tuple:
            _demand(value, list, at)
            return tuple(_value(get_args(kind)[0], one, at.element(place)) for place, one in enumerate(value, start=1))
        case origin if origin is Mapping:
            _demand(value, dict, at)
            return {name: _value(get_args(kind)[1], one, at.inner(name)) for name, one in value.items()}
    if is_dataclass(kind):
        _demand(value, dict, at)
        return _table(kind, value, at, {})
    if kind is float and type(value) is int:
        return float(value)
    _demand(value, kind, at)
    return value


def _demand(value: object, kind: type, at: Key) -> None:
    if type(value) is not kind:
        is_ = KINDS.get(type(value), "a date or time")
        tables = f"Write [[{at.way}]] with two brackets." if (kind, type(value)) == (list, dict) else "Correct it."
        raise at.error(f"is {is_}, and must be {KINDS[kind]}.", tables)


def _is_required(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


@cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _names(kind: Any) -> set[str]:
    return {one.name for one in fields(kind)} if is_dataclass(kind) else set()
