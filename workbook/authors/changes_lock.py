"""The lock: each chapter's CHANGES.diff says exactly what it changed against the one before."""

from __future__ import annotations

from collections import Counter

from workbook.chapters import difference, released
from workbook.chapters.changes import APART, FINGERPRINTS, LOCK, changes
from workbook.course import Chapter, Course

TODO = "If the file is as you want it, write the lock: `workbook dev lock`."
FINGERPRINT = "index "  # what a line with one begins with


def wanted(course: Course, chapter: Chapter) -> dict[str, str]:
    """What its CHANGES.diff has to hold, by path. Where an app starts, each file's fingerprint does."""
    if course.before(chapter):
        return changes(course, chapter)
    texts = difference.texts(chapter.folder, without=APART)
    return {path: difference.new_file(path, text) for path, text in texts.items()}


def stored(chapter: Chapter) -> dict[str, str]:
    """The same as its CHANGES.diff has it; {} where there is none."""
    file = chapter.folder / LOCK
    return difference.split(difference.read(file)) if file.is_file() else {}


def lock(course: Course, *, check: bool = False) -> list[str]:
    """Write every CHANGES.diff that is out of date, and every FILES.lock; with `check`, write nothing.

    Returns a sentence for each chapter and file whose lock did not hold, and for each one what to do.
    """
    findings = []
    drifts: dict[str, dict[str, Counter[str]]] = {}
    for chapter in course.chapters:
        now, then = wanted(course, chapter), stored(chapter)
        file = chapter.folder / LOCK
        stale = [path for path in sorted({*now, *then}) if now.get(path) != then.get(path)]
        drifts[chapter.slug] = {path: _drift(then.get(path, ""), now.get(path, "")) for path in stale}
        if not file.is_file():
            findings.append(f"{chapter.slug} has no {LOCK}. Write it: `workbook dev lock`.")
        else:
            findings += [_finding(course, chapter, path, drifts) for path in stale]
        if not check and (stale or not file.is_file()):
            file.write_text("".join(now.values()), encoding="utf-8", newline="\n")
        if not check:
            released.write(chapter)
        else:
            edited = [path for path in released.edited(chapter) if path not in stale]
            findings += [f"{chapter.slug}/{FINGERPRINTS} has another {path}. {TODO}" for path in edited]
    return findings


def _finding(course: Course, chapter: Chapter, path: str, drifts: dict[str, dict[str, Counter[str]]]) -> str:
    before = course.before(chapter)
    drift = drifts[chapter.slug][path]
    if before and _undoes(drift, drifts.get(before.slug, {}).get(path, Counter())):
        return (
            f"{chapter.slug} undoes what {before.slug} changed in {path}. "
            f"Carry it on with `workbook dev carry {before.number}` while it is uncommitted, or make it there by hand."
        )
    if not drift:
        return f"{chapter.slug}/{LOCK} has old places for {path}. Write it anew: `workbook dev lock`."
    return f"{chapter.slug} and its {LOCK} disagree about {path}. {TODO}"


def _drift(then: str, now: str) -> Counter[str]:
    """How the touched lines differ: positive for lines the lock does not know, negative for lines that are gone."""
    drift = Counter(_signs(now))
    drift.subtract(_signs(then))
    return Counter({line: count for line, count in drift.items() if count})


def _signs(part: str) -> list[str]:
    # A file that appears or goes has no touched line when it is empty, so it counts as one line itself.
    whole = {"new file mode 100644\n": "+file", "deleted file mode 100644\n": "-file"}
    signs = [sign for line, sign in whole.items() if f"\n{line}" in part]
    return [*signs, *(line for line in part.splitlines() if line.startswith(FINGERPRINT)), *difference.touched(part)]


def _undoes(drift: Counter[str], earlier: Counter[str]) -> bool:
    """True when lines that the earlier chapter newly adds are newly removed here, or the other way round.

    Lines that this chapter removed already before, in their older form, do not count: it has replaced them.
    Of a chapter where an app starts, no lines are stored: there, all that differs anew is taken for undone.
    """
    start = any(line.startswith(FINGERPRINT) for line in earlier)
    gained = {line[1:]: earlier["+" + line[1:]] - earlier["-" + line[1:]] for line in earlier}
    undone = sum(
        count
        for line, count in drift.items()
        if count > 0
        and (start or gained.get(line[1:], 0) * (1 if line[0] == "-" else -1) > 0)
        and any(character.isalnum() for character in line)  # a lone bracket says nothing
    )
    replaced = -sum(count for line, count in drift.items() if count < 0 and line[0] == "-")
    return undone > replaced
