"""Puts chapters into another order: their numbers follow, in folders, notebooks, links and commands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from workbook import course
from workbook.authors import changes_lock, outline, readme
from workbook.chapters import difference
from workbook.course import Chapter, Course, Part
from workbook.system import files
from workbook.system.errors import UserError

SHELVES = {"chapters": "", "solutions": "", "notebooks": ".ipynb"}  # and what a chapter's name ends with there
PAGES = ("*.md", "docs/**/*.md", "notebooks/*.ipynb")  # where chapters are named by their numbers
SLUG = re.compile(r"\b\d\d_[a-z][a-z0-9_]*\b")
BY_NUMBER = re.compile(
    r"((?:workbook (?:[a-z]+ )+|%[a-z]+ |`(?:[a-z]+ )+|--after |\b[Cc]hapter |\b[Nn]otebook ))(\d\d)\b"
)
SET_ASIDE = ".workbook/removed"


def move(declared: Course, name: str, after: str, part: str | None = None) -> Course:
    """Let a chapter follow another one; raises `UserError`, before anything is written, where it can't."""
    chapter, follows = declared.find(name), declared.find(after)
    if chapter == follows:
        raise UserError(f"{chapter.slug} can't follow itself.", "Name another chapter with --after.")
    without = [[one for one in names if one != chapter.name] for names in outline.order(declared)]
    rearrange(declared, inserted(without, chapter.name, follows, outline.part(declared, part) or follows.part))
    return settle(declared.root)


def remove(declared: Course, name: str) -> Path:
    """Take a chapter out of the course; returns where its files are now, which are set aside.

    Raises `UserError`, before anything is written, where another chapter needs it.
    """
    chapter = declared.find(name)
    if used := [one.slug for one in declared.chapters if chapter.name in (one.grows_from, *one.needs)]:
        raise UserError(
            f"{', '.join(used)} would miss {chapter.slug}.",
            "Let `grows_from` and `needs` in chapter.toml name another chapter there first.",
        )
    aside = files.unused(declared.root / SET_ASIDE / chapter.slug)
    for file in _files(declared.root, chapter.slug):
        (to := aside / file.relative_to(declared.root)).parent.mkdir(parents=True, exist_ok=True)
        file.rename(to)
    rearrange(declared, [[one for one in names if one != chapter.name] for names in outline.order(declared)])
    settle(declared.root)
    return aside


def rearrange(declared: Course, names: Sequence[Sequence[str]]) -> None:
    """Give the course the chapters `names`, part by part, and every chapter the number of its place.

    `names` may lack chapters and have new ones, whose files come later. Raises `UserError`, before anything is
    written, where a chapter would come before one that it needs.
    """
    _demand_order(declared, [name for part in names for name in part])
    old = {chapter.name: chapter.slug for chapter in declared.chapters}
    slugs = (f"{number:02}_{name}" for number, name in enumerate((one for part in names for one in part), start=1))
    moved = {old[slug[3:]]: slug for slug in slugs if slug != old.get(slug[3:], slug)}
    for before, after in moved.items():
        for file in _files(declared.root, before):
            file.rename(file.with_name(file.name.replace(before, after)))
    for page in (page for pattern in PAGES for page in declared.root.glob(pattern)):
        text = difference.read(page)
        if (now := renumbered(text, moved)) != text:
            files.write(page, now, mode=0o644)
    outline.write(declared, names)


def settle(root: Path) -> Course:
    """Read the course in its new order, and write what follows from the order: locks and the README's table."""
    found = course.load(root)
    changes_lock.lock(found)
    if (root / "README.md").is_file():
        readme.update(found)
    return found


def renumbered(text: str, moved: Mapping[str, str]) -> str:
    """The text with each chapter of `moved`, from old slug to new, called as it is now."""
    numbers = {before[:2]: after[:2] for before, after in moved.items()}
    text = SLUG.sub(lambda found: moved.get(found[0], found[0]), text)
    return BY_NUMBER.sub(lambda found: found[1] + numbers.get(found[2], found[2]), text)


def inserted(names: Sequence[Sequence[str]], name: str, after: Chapter, part: Part) -> list[list[str]]:
    """The order with `name` after the chapter `after`: in `part`, which is that one's or begins behind it."""
    order = [list(one) for one in names]
    here, there = order[after.part.number - 1], order[part.number - 1]
    if part == after.part:
        here.insert(here.index(after.name) + 1, name)
        return order
    between = order[after.part.number : part.number - 1]
    if part.number < after.part.number or any(between) or after.name != here[-1]:
        raise UserError(
            f"A chapter after {after.slug} can't be in part {part.number}.", "Leave --part out, or change --after."
        )
    there.insert(0, name)
    return order


def _demand_order(declared: Course, names: Sequence[str]) -> None:
    for place, chapter in ((names.index(one.name), one) for one in declared.chapters if one.name in names):
        for needed in filter(None, (*chapter.needs, chapter.grows_from)):
            if needed in names[place:]:
                raise UserError(
                    f"{chapter.name} would come before {needed}, which it needs.", "Put it after that chapter."
                )


def _files(root: Path, slug: str) -> list[Path]:
    """Where a chapter is: its folder, its solution, its notebook."""
    places = (root / shelf / f"{slug}{ending}" for shelf, ending in SHELVES.items())
    return [place for place in places if place.exists()]
