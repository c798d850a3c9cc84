"""Reads which module imports which, from the source, without importing anything."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Import:
    """One import: lazy when it stands in a function, so that it runs only when that is called."""

    name: str
    lazy: bool = False


Imports = Mapping[str, frozenset[Import]]


def imports_of(source: str, module: str = "", *, package: bool = False) -> Iterator[Import]:
    """What a source imports at run time; `from a import b` counts as `a.b`, relative imports are resolved.

    What stands under `if TYPE_CHECKING` is never run, and so does not count.
    """
    yield from _walk(ast.parse(source).body, module if package else module.rpartition(".")[0], lazy=False)


def _walk(nodes: Iterable[ast.AST], parent: str, *, lazy: bool) -> Iterator[Import]:
    for node in nodes:
        match node:
            case ast.Import(names=names):
                yield from (Import(alias.name, lazy) for alias in names)
            case ast.ImportFrom(module=name, names=names, level=level):
                base = ".".join(parent.split(".")[: len(parent.split(".")) - level + 1]) if level else ""
                origin = ".".join(part for part in (base, name) if part)
                yield from (Import(f"{origin}.{alias.name}", lazy) for alias in names)
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=otherwise):
                yield from _walk(otherwise, parent, lazy=lazy)
            case _:
                inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                yield from _walk(ast.iter_child_nodes(node), parent, lazy=lazy or inside)


def read(folder: Path) -> Imports:
    """The imports of every module of the package in `folder`, where inner names are those of modules."""
    files = {_name(file, folder): file for file in sorted(folder.rglob("*.py"))}
    read = {}
    for module, file in files.items():
        source = file.read_text(encoding="utf-8")
        found = imports_of(source, module, package=file.name == "__init__.py")
        read[module] = frozenset(Import(_module(one.name, files), one.lazy) for one in found)
    return read


def _name(file: Path, folder: Path) -> str:
    parts = file.relative_to(folder.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _module(name: str, known: Iterable[str]) -> str:
    """`package.module.symbol` is an import of `package.module`; a name from elsewhere stays as it is."""
    parts = name.split(".")
    candidates = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((one for one in candidates if one in set(known)), name)


def eager(imports: Imports, start: str) -> set[str]:
    """Every name, inner or outer, that importing the module `start` imports at once, packages on the way included."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        waiting += [name.rpartition(".")[0]] if "." in name and name in imports else []
        waiting += [one.name for one in imports.get(name, ()) if not one.lazy]
    return found
