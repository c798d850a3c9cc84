"""Commands in a chapter's folder: the learner's copy where there is one, with the database that belongs to it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbook.course import Chapter
from workbook.learner import desk
from workbook.postgres import databases
from workbook.serving.local_docs import APP
from workbook.system.errors import UserError

USUAL_PORT = 8000


@dataclass(frozen=True)
class Workplace:
    """Where a command runs: the learner's copy of a chapter, or the stage itself."""

    chapter: Chapter

    @property
    def folder(self) -> Path:
        return self.chapter.desk if self.chapter.desk.is_dir() else self.chapter.folder

    @property
    def database(self) -> str:
        """The name of its lasting database."""
        return desk.database_name(self.chapter) if self.chapter.desk.is_dir() else f"stage_{self.chapter.slug}"

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """The environment of a command: its settings, its database, and the programs of .venv before all others."""
        programs = str(Path(sys.executable).parent)
        # First: the server at home also says in our environment how its clients are to know it.
        database = {"DATABASE_URL": databases.named(self.database)} if "postgresql" in self.chapter.databases else {}
        return {
            **self.chapter.environment,
            **given,
            "PATH": os.pathsep.join([programs, given.get("PATH", os.defpath)]),
            # A save of the same length within the same second would go unseen beside a stored bytecode.
            "PYTHONDONTWRITEBYTECODE": "1",
            # pytest would load every plugin of .venv, which takes seconds. These two a learner is told of.
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_ADDOPTS": f"-p xdist {self._shuffling}{given.get('PYTEST_ADDOPTS', '')}".strip(),
            **database,
        }

    @property
    def _shuffling(self) -> str:
        """The option that loads pytest-randomly, unless the chapter has switched it off: then `-p` would win."""
        file = self.folder / "pyproject.toml"
        off = file.is_file() and "no:randomly" in file.read_text(encoding="utf-8", errors="replace")
        return "" if off else "-p randomly "

    def server(self, port: int) -> tuple[list[str], dict[str, str]]:
        """The command that serves its app with reload on save, and what it needs in its environment beside."""
        package = self.chapter.package
        if not (self.folder / package / "main.py").is_file():
            raise UserError(
                f"Chapter {self.chapter.slug} has no app to serve: {self.folder / package / 'main.py'} is missing.",
                "Name another chapter, or bring the file back.",
            )
        command = [sys.executable, "-m", "uvicorn", "--factory", "workbook.serving.local_docs:application"]
        options = ["--host", "127.0.0.1", "--port", str(port), "--reload", "--reload-dir", str(self.folder)]
        return [*command, *options], {APP: f"{package}.main:app"}
