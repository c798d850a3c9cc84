"""Carry a fix in one chapter on to every chapter, overlay and patch that came from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from workbook.authors import carry_state, carry_variants, changes_lock, fitting, git
from workbook.authors.carry_state import Progress, Step
from workbook.authors.git import Change
from workbook.chapters import difference
from workbook.chapters.changes import FINGERPRINTS, LOCK
from workbook.course import DECLARED, Chapter, Course
from workbook.system.errors import UserError

Say = Callable[[str], None]


def carry(course: Course, chapter: Chapter, say: Say) -> None:
    """Make the uncommitted change of `chapter` in all that came from it, then write the locks.

    Says a line for each file. Where the change does not fit, it stops there with a `UserError` that names the
    file; nothing of that file is changed, and `resume` goes on after it.
    """
    if carry_state.exists(course):
        raise UserError(
            f"The carry of {carry_state.load(course).chapter} is not finished.",
            "Go on with `workbook dev carry --continue`, or take it back with `workbook dev carry --abort`.",
        )
    changes = {
        path: change
        for path, change in git.uncommitted(course.root, chapter.folder).items()
        if path not in (LOCK, FINGERPRINTS, DECLARED) and not _in_overlay(path)
    }
    if not changes:
        raise UserError(
            f"{chapter.slug} has no uncommitted change to carry.",
            "Change the chapter first, and carry before you commit; git shows what is uncommitted: git status.",
        )
    _run(course, Progress(chapter.slug, list(_steps(course, chapter, list(changes))), dict(changes)), say)


def resume(course: Course, say: Say) -> None:
    """Go on after the file where the carry stopped; that file is taken as it now stands."""
    state = carry_state.load(course)
    if state.misfit:
        step = state.todo.pop(0)
        now = _read(course, step.path)
        if not step.overlay:
            state.flow[step.file] = Change(state.text, now) if now != state.text else None
        state.misfit, state.text = False, None
        say(f"✓ {step.path}: as you left it")
    _run(course, state, say)


def abort(course: Course, say: Say) -> None:
    """Take back what the carry wrote; a file that was edited since is left alone and named."""
    state = carry_state.load(course)
    for path, change in state.wrote.items():
        if _read(course, path) not in (change.before, change.after):
            say(f"✗ {path}: edited since, left as it is")
            continue
        _write(course, path, change.before)
        say(f"✓ {path}: as it was before")
    carry_state.forget(course)


def _run(course: Course, state: Progress, say: Say) -> None:
    while state.todo:
        step = state.todo[0]
        carry_state.save(course, state)  # before each step, so that a carry that was killed can go on or be taken back
        if not _take(course, state, step, say):
            state.misfit, state.text = True, _read(course, step.path)
            carry_state.save(course, state)
            raise UserError(
                f"The change to {step.file} does not fit {step.link}.",
                f"Mend {step.path} by hand, or leave it where the change does not concern it. Then go on: "
                "`workbook dev carry --continue` (or take all back: `workbook dev carry --abort`).",
            )
        state.todo.pop(0)
    misfits = _carry_variants(course, state, say)
    carry_state.forget(course)
    changes_lock.lock(course)
    say(f"✓ every {LOCK} is current")
    if misfits:
        raise UserError(
            f"All is carried, but the change meets what is changed in {', '.join(misfits)}.",
            "Mend each by hand; `workbook dev try NN FILE` shows what comes of it.",
        )


def _carry_variants(course: Course, state: Progress, say: Say) -> list[str]:
    """Let the patches of the chapters fit again; returns those that are left to a person."""
    chapter = course.by_slug[state.chapter]
    misfits = []
    for file, text in carry_variants.rebased((chapter, *course.after(chapter))):
        path = file.relative_to(course.root).as_posix()
        if text is None:
            misfits.append(path)
            continue
        state.wrote[path] = Change(_read(course, path), text)
        carry_state.save(course, state)
        _write(course, path, text)
        say(f"✓ {path}: fits again")
    return misfits


def _take(course: Course, state: Progress, step: Step, say: Say) -> bool:
    """Do one step; False where the change does not fit."""
    change, text = state.flow[step.file], _read(course, step.path)
    if change is None:
        return True
    if text is None and change.before is not None and change.after is not None:
        state.flow[step.file] = None
        say(f"- {step.path}: is not there, the change ends here")
        return True
    fit = fitting.fit(change, text)
    if step.optional and (fit is None or fit.how == "loosely"):
        say(f"- {step.path}: an exercise of its own, left as it is")
        return True
    fit = fit or fitting.fit_words(step.file, change, text)
    if fit is None:
        return False
    if fit.how != "carried":
        state.wrote[step.path] = Change(text, fit.change.after)
        carry_state.save(course, state)
        _write(course, step.path, fit.change.after)
    if not step.overlay:
        state.flow[step.file] = fit.change
    notes = {
        "applied": "carried",
        "loosely": "carried with little context, look at it",
        "carried": "has it already",
        "worded": "keeps words of its own",
    }
    say(f"✓ {step.path}: {notes[fit.how]}")
    return True


def _steps(course: Course, chapter: Chapter, files: list[str]) -> Iterator[Step]:
    """What came from the chapter: its overlays, then each later chapter and its overlays."""
    for one in (chapter, *course.after(chapter)):
        overlays = (one.solution,)
        for folder in (one.folder, *overlays) if one != chapter else overlays:
            for file in files if folder.is_dir() else ():
                overlay, foreign = folder != one.folder, file.startswith("exercise/") and one != chapter
                # An overlay holds only what it replaces, and nobody gets an exercise file that they did not have.
                if (folder / file).is_file() or not (overlay or foreign):
                    yield Step(folder.relative_to(course.root).as_posix(), file, overlay, foreign)


def _in_overlay(path: str) -> bool:
    return path.startswith("exercise/") and path.count("/") > 1


def _read(course: Course, path: str) -> str | None:
    file = course.root / path
    return difference.read(file) if file.is_file() else None


def _write(course: Course, path: str, text: str | None) -> None:
    file = course.root / path
    if text is None:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
