"""Finishes a chapter: what a machine can write is written, and what's missing is said, in the right order."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

from workbook import notebooks
from workbook.authors import changes_lock, course_lint, coverage, readme, stages, testing
from workbook.course import Chapter, Course
from workbook.runner import Runner

Gates = Callable[[Course, Chapter], bool]


def finish(course: Course, chapter: Chapter, runner: Runner, gates: Gates, say: Callable[[str], None]) -> list[str]:
    """Take the chapter as far as it goes; returns what's still missing, and with that the later steps are not taken.

    Steps: what's declared and there; format; how the exercise is red; the lock; the notebook's outputs; the README's
    table and the page of what is covered; then `gates`, which proves the chapter.
    """
    for found in (
        _told(chapter, course_lint.chapter_findings(course, chapter)),
        formatted(course, chapter),
        exercise(chapter, runner),
    ):
        if missing := list(found):
            return missing
    say("✓ Everything is declared and there, formatted, and its exercise is red as declared.")
    for finding in changes_lock.lock(course):
        say(f"✓ locked: {finding}")
    for path, written in notebooks.refresh([chapter.notebook]):
        say(f"✓ {path.name}: {'stored' if written else 'as it was'}")
    readme.update(course)
    coverage.update(course)
    say("Now every gate:")
    return [] if gates(course, chapter) else [f"the gates of {chapter.slug} don't hold: see above."]


def prove(course: Course, chapter: Chapter) -> bool:
    """Run all tests that concern the chapter; what they find goes to the terminal."""
    command = testing.command(course, [chapter.number], testing.processors())
    env = testing.environment(os.environ) | {"COURSE": "full"}
    return subprocess.run(command, cwd=course.root, env=env, check=False).returncode == 0


def formatted(course: Course, chapter: Chapter) -> Iterator[str]:
    """Let ruff format the chapter and mend what it can; yields what it can't."""
    there = [str(place) for place in (chapter.folder, chapter.solution, chapter.notebook) if place.exists()]
    for arguments in (("check", "--fix", "--quiet", "--output-format", "concise"), ("format", "--quiet")):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *arguments, *there],
            cwd=course.root,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        yield from (done.stdout + done.stderr).splitlines()


def exercise(chapter: Chapter, runner: Runner) -> Iterator[str]:
    """How the untouched exercise differs from its declaration, with the declaration that would be true."""
    run = stages.untouched(chapter, runner)
    found = stages.red_findings(run, chapter.exercise.red)
    yield from found
    if found and run.status == "red":
        red = [
            f"    {{ test = {_quoted(one.test)}, failure = {_quoted(_first(one.message) or one.exception)} }},"
            for one in run.failed
        ]
        yield "\n".join(["as it is now, chapter.toml would have to say:", "red = [", *red, "]"])


def _told(chapter: Chapter, findings: list[str]) -> list[str]:
    return [finding.removeprefix(f"{chapter.slug}: ") for finding in findings]


def _first(message: str) -> str:
    """The first line of a message, as much of it as tells it from others."""
    return next((line.strip() for line in message.splitlines() if line.strip()), "")[:80]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
