"""`workbook watch`: the verdict on every save, with a few keys, from chapter to chapter."""

from __future__ import annotations

import sys
import time
from queue import Empty, SimpleQueue
from threading import Event, Thread

from rich.console import Console
from rich.control import Control
from rich.screen import Screen

from workbook.chapters.changes import new_tests
from workbook.course import Chapter, Course
from workbook.learner import desk, hints, progress
from workbook.learner.checking import Check
from workbook.runner import Runner
from workbook.system.errors import UserError
from workbook.system.invocation import call
from workbook.watch.database_pool import DatabasePool
from workbook.watch.keys import keys, single_keys
from workbook.watch.loop import Judged, Loop
from workbook.watch.screen import View, draw

A_WHILE = 0.4  # seconds until a run that goes on is said to go on; a quicker one would only flicker

Happening = str | Judged | None  # a key, a verdict, or that a run has begun


def watch(course: Course, chapter: Chapter, *, poll: bool = False) -> None:
    """Watch one chapter after the other until the learner quits. Raises `UserError` without a terminal."""
    console = Console(highlight=False)
    if not (sys.stdin.isatty() and console.is_terminal):
        raise UserError(
            "`watch` needs a terminal for its screen and its keys.", f"Use `{call(f'check {chapter.number}')}` here."
        )
    stop, happenings = Event(), SimpleQueue[Happening]()
    last: View | None = None
    following: Chapter | None = chapter
    with Runner() as runner, DatabasePool() as pool, single_keys():
        runner.warm()
        reader = Thread(target=_read, args=(stop, happenings), daemon=True)
        reader.start()
        try:
            with console.screen():
                while following is not None:
                    chapter = following
                    last, following = _one(course, chapter, console, happenings, runner, pool, poll=poll)
        except KeyboardInterrupt:
            pass
        finally:
            stop.set()
            reader.join()
    if last is not None and (card := last.card()) is not None:
        console.print(card)
    if last is not None and last.passed:
        said = f"Everything is as you saved it. `{call('start')}` opens the next chapter."
    else:
        said = f"Everything is as you saved it. `{call(f'watch {chapter.number}')}` goes on from here."
    console.print(f"\n{said}", soft_wrap=True)


def _read(stop: Event, happenings: SimpleQueue[Happening]) -> None:
    for key in keys(stop):
        happenings.put(key)
    happenings.put("q")


def _one(
    course: Course,
    chapter: Chapter,
    console: Console,
    happenings: SimpleQueue[Happening],
    runner: Runner,
    pool: DatabasePool,
    *,
    poll: bool,
) -> tuple[View, Chapter | None]:
    """Watch one chapter; returns its last view, and the chapter to go on with, None to quit."""
    desk.open_copy(chapter)
    view = View(chapter, poll)
    asked = ""
    new = new_tests(course, chapter)
    with Loop(chapter, runner, happenings.put, databases=pool.database, new=new, poll=poll):
        while True:
            _paint(view, console)
            happening = _next(happenings, view)
            if not isinstance(happening, str):
                _told(view, happening, course)
                continue
            again, asked = asked == happening, ""
            match happening:
                case "q":
                    return view, None
                case "n" | "y" | "\n" | "\r" if view.passed or (happening == "n" and again):
                    if view.after is not None:
                        return view, view.after
                    view.said = ["There is no chapter after this one."]
                case "n":
                    view.after, asked = _following(course, chapter), "n"
                    view.said = ["This exercise is not solved yet. Press n again to leave it for now."]
                case "r" if again:
                    _reset(view)
                case "r":
                    asked = "r"
                    view.said = ["Reset sets your copy aside and begins again. Press r again to do it."]
                case "h":
                    view.said = hints.take(chapter)
                case "f":
                    view.full, view.top = not view.full, 0
                case " ":
                    view.top += max(1, console.height // 2)


def _paint(view: View, console: Console) -> None:
    with console:  # all at once, or it would flicker
        console.control(Control.home())
        console.print(Screen(draw(view, console)), end="")


def _next(happenings: SimpleQueue[Happening], view: View) -> Happening:
    """The next key or verdict; None while a run takes long enough to say so."""
    while True:
        try:
            happening = happenings.get(timeout=A_WHILE)
        except Empty:
            if view.judging:
                return None
            continue
        if happening is not None:
            return happening
        view.judging = True


def _told(view: View, judged: Judged | None, course: Course) -> None:
    if judged is None:
        return
    before = view.card()
    view.judged, view.judging, view.top, view.said = judged, False, 0, []
    view.at, view.saves = time.strftime("%H:%M:%S"), view.saves + 1
    after = view.card()
    view.same = before is not None and after is not None and before.lines() == after.lines()
    if isinstance(judged, Check) and judged.passed:
        view.after = progress.next_chapter(course)
        question = f"Go on to {view.after.number} {view.after.title}? n goes on, q quits." if view.after else ""
        view.said = [question or "That was the last chapter. q quits."]


def _following(course: Course, chapter: Chapter) -> Chapter | None:
    place = course.chapters.index(chapter) + 1
    return course.chapters[place] if place < len(course.chapters) else None


def _reset(view: View) -> None:
    """Begin again; the loop notices the fresh copy by itself."""
    aside = desk.reset(view.chapter)
    view.said = [f"✓ What you had is in {desk.shown(view.chapter, aside)}."] if aside else []
    view.said += [said] if (said := desk.reset_database(view.chapter)) else []
