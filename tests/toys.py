"""The toy course: two small chapters that tests may copy, run and break."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil
import pytest

from workbook import course
from workbook.authors import changes_lock, outline
from workbook.chapters import difference

CHECKOUT = Path(__file__).parents[1]
TOY = Path(__file__).parent / "toy"


@dataclass(frozen=True)
class Done:
    """What one run of the command came to: its exit code and what it printed."""

    code: int
    stdout: str
    stderr: str

    @property
    def text(self) -> str:
        """Both streams, for a message that may stand in either."""
        return self.stdout + self.stderr


@dataclass(frozen=True)
class Toy:
    """A copy of the toy course in a folder of its own."""

    root: Path

    @property
    def course(self) -> course.Course:
        """Read anew each time, because tests change the files."""
        return course.load(self.root)

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace `old`, which must stand in the file, by `new`."""
        text = self.read(path)
        assert old in text, f"{path} does not contain {old!r}"
        self.write(path, text.replace(old, new))

    def vary(self, path: str, file: str, old: str, new: str, header: str = "# defect: D.\n") -> None:
        """Write a variant of the chapter that `path` lies in, against its stage: `old` in `file` becomes `new`."""
        before = self.read(f"{path.partition('/exercise/')[0]}/{file}")
        assert old in before, f"{file} does not contain {old!r}"
        self.write(path, header + difference.of_file(file, before, before.replace(old, new)))

    def grow(self, name: str, of: str = "", part: int = 1) -> course.Chapter:
        """Add a chapter at the end of the course: a copy of the chapter `of`, or of the last one, that grows from it.

        It has exercise and notebook, is declared in `part`, which begins where there is none yet, and locked.
        """
        loaded = self.course
        source = loaded.find(of) if of else loaded.chapters[-1]
        slug = f"{len(loaded.chapters) + 1:02}_{name}"
        for folder in ("chapters", "solutions"):
            shutil.copytree(self.root / folder / source.slug, self.root / folder / slug)
        shutil.copy(source.notebook, source.notebook.with_stem(slug))
        declared = f"chapters/{slug}/chapter.toml"
        lines = [line for line in self.read(declared).splitlines() if not line.startswith(("grows_from", "needs"))]
        self.write(declared, "\n".join([f'grows_from = "{source.name}"', f'needs = ["{source.name}"]', *lines, ""]))
        names = outline.order(loaded)
        if part > len(names):
            self.write("course.toml", f'{self.read("course.toml")}\n[[part]]\ntitle = "Part {part}"\nchapters = []\n')
            names.append([])
        names[part - 1].append(name)
        outline.write(loaded, names)
        changes_lock.lock(self.course)
        return self.course.by_name[name]

    def environment(self, *, database: bool = False, **more: str) -> dict[str, str]:
        """The environment in which the command works on this copy.

        With `database`, the copy uses the real checkout's server instead of starting one of its own.
        """
        kept = {
            name: value
            for name, value in os.environ.items()
            if name != "DATABASE_URL" and not name.startswith(("WORKBOOK_", "PYTEST_"))
        }
        ours = {"WORKBOOK_ROOT": str(self.root), "COLUMNS": "100", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
        if database:
            ours["DATABASE_URL"] = _server()
        return kept | ours | more

    def workbook(
        self,
        *arguments: str,
        database: bool = False,
        env: Mapping[str, str] | None = None,
        keys: str = "",
        timeout: float = 60,
    ) -> Done:
        """Run `python -m workbook …` from outside on this copy; `keys` is what is typed into it."""
        run = subprocess.run(
            [sys.executable, "-m", "workbook", *arguments],
            cwd=CHECKOUT,
            env=self.environment(database=database, **(env or {})),
            input=keys,
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        return Done(run.returncode, run.stdout, run.stderr)

    def begin(self, *arguments: str, output: int | IO[bytes] = subprocess.DEVNULL) -> psutil.Popen:
        """Start `python -m workbook …` on this copy and go on; nothing is typed into it."""
        return psutil.Popen(
            [sys.executable, "-m", "workbook", *arguments],
            cwd=CHECKOUT,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )

    def git(self, *arguments: str) -> str:
        """Run git in this copy, with a name and an address of its own."""
        identity = ["-c", "user.name=Toy", "-c", "user.email=toy@example.org", "-c", "core.autocrlf=false"]
        run = subprocess.run(
            ["git", *identity, *arguments], cwd=self.root, capture_output=True, encoding="utf-8", check=True
        )
        return run.stdout

    def commit(self) -> None:
        """Make the copy a git repository in which everything is committed."""
        if not (self.root / ".git").exists():
            self.git("init", "--quiet")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Toy")


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    """A copy of the toy course that this test may change."""
    return copied(tmp_path / "toy")


def copied(to: Path) -> Toy:
    """Copy the toy course to a folder that does not exist yet."""
    shutil.copytree(TOY, to, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache", ".workbook", "desk"))
    return Toy(to.resolve())


def _server() -> str:
    from workbook.postgres import databases  # late: most tests of the toy need no database

    return databases.url()
