"""A stage with migrations takes over the database of the stage before it, rows and all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from workbook import course
from workbook.chapters.workspace import workspace
from workbook.course import Chapter
from workbook.postgres.chapter_databases import database
from workbook.runner.process import environment

COURSE = course.load()
STAGES = [
    one
    for one in COURSE.chapters
    if (one.folder / one.package / "migrations").is_dir() and COURSE.before(one) is not None
]

# Either prints every row of every table, by column. The first stage with migrations is told where they begin.
TOLD = """
import json
from alembic import command
from alembic.script import ScriptDirectory
from fastapi.testclient import TestClient
from sqlalchemy import MetaData, inspect, select
from blog.database import engine
from blog.main import app

def told():
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        rows = {one.name: connection.execute(select(one).order_by(*one.c)) for one in tables.sorted_tables}
        print(json.dumps({name: [dict(row) for row in found.mappings()] for name, found in rows.items()}, default=str))
"""
WRITE = """
with TestClient(app) as client:
    for name in ("margaret", "vera"):
        user = {"username": name, "email": f"{name}@example.org", "password": "apollo-1969"}
        owner = client.post("/users", json=user).json()["id"]
        for title in ("Apollo", "Skylab"):
            assert client.post("/posts", json={"title": title, "content": "-", "owner_id": owner}).status_code == 201
told()
"""
TAKE_OVER = """
from blog.migrations import configuration

config = configuration(engine)
if not inspect(engine).has_table("alembic_version"):
    command.stamp(config, ScriptDirectory.from_config(config).get_base())
with TestClient(app) as client:
    assert client.get("/posts/1").status_code == 200
told()
command.check(config)
"""

Rows = dict[str, list[dict[str, Any]]]


@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
@pytest.mark.parametrize("chapter", STAGES, ids=lambda chapter: chapter.slug)
def test_a_stage_takes_over_the_database_of_the_one_before(chapter: Chapter, kind: str, tmp_path: Path) -> None:
    """It starts on tables that the stage before has made and filled, and every value of every row is still there."""
    before = COURSE.before(chapter)
    assert before is not None
    with database(chapter, "taken_over") as server:
        url = server if kind == "postgresql" else f"sqlite:///{(tmp_path / 'blog.db').as_posix()}"
        old, new = said(before, url, WRITE), said(chapter, url, TAKE_OVER)

    assert {name: len(rows) for name, rows in old.items() if name != "alembic_version"} == {"users": 2, "posts": 4}
    for name, rows in old.items():
        kept = [{column: row.get(column) for column in rows[0]} for row in new[name]]
        assert name == "alembic_version" or kept == rows


def said(chapter: Chapter, url: str, script: str) -> Rows:
    """The rows that the script tells, run with the chapter's app on the database."""
    with workspace(chapter) as folder:
        done = subprocess.run(
            [sys.executable, "-B", "-c", TOLD + script],
            cwd=folder,
            env=environment(os.environ) | {"DATABASE_URL": url, "PYTHONPATH": str(folder)},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    assert done.returncode == 0, done.stderr
    rows: Rows = json.loads(done.stdout.splitlines()[0])
    return rows
