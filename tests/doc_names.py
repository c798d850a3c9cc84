"""Holds the paths, symbols, routes and links that prose names to what there is."""

from __future__ import annotations

import ast
import builtins
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path

from doc_text import Prose

ENDINGS = (".py", ".toml", ".md", ".ipynb", ".yml", ".yaml", ".txt", ".in", ".diff", ".ini", ".json", ".png", ".sql")
ROUTE = re.compile(r"(?:(?:GET|POST|PUT|PATCH|DELETE) )?(?P<path>/[\w/{}.-]*)(?:\?\S*)?")
NAME = re.compile(r"(?P<dots>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?P<call>\(.*\))?")

# Whatever these offer may be named without being used in the chapter.
LIBRARIES = (
    "builtins",
    "fastapi",
    "fastapi.testclient.TestClient",
    "starlette.requests.Request",
    "pydantic",
    "pydantic.BaseModel",
    "pytest",
    "sqlalchemy",
    "sqlalchemy.Connection",
    "sqlalchemy.Engine",
    "sqlalchemy.MetaData",
    "sqlalchemy.exc",
    "sqlalchemy.orm",
    "sqlalchemy.orm.DeclarativeBase",
    "sqlalchemy.orm.Session",
    "sqlalchemy.sql.functions",
    "psycopg2",
    "psycopg2.errors",
    "psycopg2.extensions.connection",
    "psycopg2.extensions.cursor",
)

GENERATED = {".venv", ".workbook", ".env"}  # on a learner's machine alone
APART = {*GENERATED, ".git", "desk", "__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache"}

OWN_ROUTES = {"/", "/docs", "/redoc", "/openapi.json"}  # FastAPI's


@dataclass(frozen=True)
class World:
    """What a piece of prose may name: the files in `folders`, and the words of all texts in them and of `code`.

    A learner's desk is a copy of the chapters of `root`: what is in one is in the other.
    """

    root: Path
    folders: tuple[Path, ...]
    code: tuple[str, ...] = ()

    @cached_property
    def files(self) -> dict[str, Path]:
        """Every file and folder by its path in its folder."""
        found: dict[str, Path] = {}
        for folder in reversed(self.folders):
            for here, folders, files in os.walk(folder):
                folders[:] = [name for name in folders if name not in APART]
                found |= {
                    path.relative_to(folder).as_posix(): path for path in map(Path(here).joinpath, folders + files)
                }
        return found

    @cached_property
    def texts(self) -> dict[str, str]:
        """The text of every file of code, by its path; what one folder has in another's place, by a longer one."""
        code = {path: file for path, file in self.files.items() if path.endswith((".py", ".toml", ".yml", ".ini"))}
        twins = {f"{folder.name}/{path}": folder / path for folder in self.folders for path in code}
        code |= {path: file for path, file in twins.items() if file.is_file() and file not in code.values()}
        return {path: file.read_text(encoding="utf-8", errors="replace") for path, file in code.items()}

    @cached_property
    def words(self) -> set[str]:
        return {word for text in (*self.texts.values(), *self.code) for word in re.findall(r"\w+", text)}

    def has_path(self, path: str) -> bool:
        """Whether a file or a folder is there; `NN_slug` stands for any chapter, `*` for any name."""
        pattern = re.sub(r"\bNN(_slug)?(?=_|\b)", "*", path.rstrip("/"))
        if (first := pattern.split("/")[0]) in GENERATED:
            return True
        if first == "desk":
            return next(self.root.glob(pattern.replace("desk", "chapters", 1)), None) is not None
        if "*" in pattern:
            return any(next(folder.glob(pattern), None) for folder in self.folders)
        return pattern in self.files or ("/" not in pattern and any(one.endswith(f"/{pattern}") for one in self.files))

    @cached_property
    def routes(self) -> set[str]:
        """Every string in the code that looks like the path of a request."""
        return {
            route for text in (*self.texts.values(), *self.code) for route in re.findall(r"[\"'](/[^\"'\s?]*)", text)
        }

    def has_route(self, path: str) -> bool:
        """Whether the code has this path, or one below it; `{name}` in the code stands for any value."""
        patterns = (re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(route)) for route in self.routes)
        return (
            path in OWN_ROUTES
            or any(re.fullmatch(one, path) for one in patterns)
            or any(route.startswith(f"{path.rstrip('/')}/") for route in self.routes)
        )

    def modules(self, name: str) -> list[str]:
        """The texts of the modules that `name` means: `crud` or `fastauth.crud`; a package is its modules' names."""
        path = name.replace(".", "/")
        files = [text for file, text in self.texts.items() if f"/{file}".endswith(f"/{path}.py")]
        packages = [
            "\n".join(
                f"{Path(one).stem} = 0" for one in self.texts if f"/{one}".rpartition("/")[0].endswith(f"/{path}")
            )
            for file in self.texts
            if f"/{file}".endswith(f"/{path}/__init__.py")
        ]
        return files + packages


def path_findings(prose: Prose, world: World) -> Iterator[str]:
    """Paths in backticks that are not there."""
    for span in prose.spans:
        path, _, test = span.partition("::")
        if not _is_path(path, world):
            continue
        if not world.has_path(path):
            yield f"{prose.where}: `{span}` is not there."
        elif test and not re.search(
            rf"\b(?:def|class) {re.escape(test.split('[')[0].split('::')[-1])}\b", world.texts.get(path, "")
        ):
            yield f"{prose.where}: `{span}`: {path} has no such test."


def _is_path(span: str, world: World) -> bool:
    if " " in span or "://" in span or span.startswith(("/", "-", "~", "$")) or "(" in span:
        return False
    first = span.split("/")[0]
    known = first in world.files or first in GENERATED or first == "desk"
    return span.endswith(ENDINGS) or ("/" in span and (span.endswith("/") or known))


def name_findings(prose: Prose, world: World) -> Iterator[str]:
    """Symbols and routes in backticks that occur nowhere in the code they are about."""
    for span in prose.spans:
        if route := ROUTE.fullmatch(span):
            if not world.has_route(route["path"]):
                yield f"{prose.where}: `{span}`: no code has this path."
        elif (match := NAME.fullmatch(span)) and not _is_path(span, world):
            owner, _, last = match["dots"].rpartition(".")
            if owner and (modules := world.modules(owner)):
                if not any(last in top_level(text) for text in modules):
                    yield f"{prose.where}: `{span}`: {owner} has no {last}."
            elif _is_symbol(match) and last not in world.words and last not in library_words():
                yield f"{prose.where}: `{span}`: no code has the name {last}."


def _is_symbol(match: re.Match[str]) -> bool:
    """Whether a word is written as only code is: called, dotted, snake_case, CamelCase; `flush` may be English."""
    dots = match["dots"]
    return (
        bool(match["call"])
        or "." in dots
        or "_" in dots.strip("_")
        or bool(re.fullmatch(r"(?:[A-Z][a-z0-9]+){2,}", dots))
    )


def top_level(text: str) -> set[str]:
    """The names that a module defines or imports."""
    names: set[str] = set()
    for node in ast.parse(text).body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names |= {alias.asname or alias.name for alias in aliases}
            case ast.Assign() | ast.AnnAssign():
                names |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return names


@cache
def library_words() -> frozenset[str]:
    """Every name that the libraries of the course offer."""
    words = set(dir(builtins))
    for name in LIBRARIES:
        module, _, last = name.rpartition(".")
        try:
            owner: object = import_module(name)
        except ModuleNotFoundError:
            owner = getattr(import_module(module), last)
        words |= set(dir(owner))
    return frozenset(words)


def link_findings(prose: Prose, file: Path) -> Iterator[str]:
    """Relative links of the page in `file` that lead nowhere."""
    for target in prose.links:
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        page = file.parent / path
        if path and not page.exists():
            yield f"{prose.where}: the link to {target} leads nowhere."
        elif anchor and (page.suffix == ".md" or not path):
            there = Prose(path, page.read_text(encoding="utf-8")) if path else prose
            if anchor not in there.anchors:
                yield f"{prose.where}: the link to {target} names no heading."
