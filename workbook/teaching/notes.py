"""Writes what a teacher needs as Markdown, and that as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from workbook.course import Chapter
from workbook.notebooks.questions import Answer
from workbook.system.invocation import call
from workbook.teaching.plan import Exercise, Plan, Section
from workbook.teaching.timetable import Break, Entry, Rhythm, ends, timetable

STYLE = """
:root { color-scheme: light dark; }
body { font: 1.05rem/1.55 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.25rem; margin-top: 2.2rem; break-after: avoid; }
table { border-collapse: collapse; width: 100%; } th, td { padding: .25rem .6rem; text-align: left; }
td { border-top: 1px solid #8886; } td:first-child { font-variant-numeric: tabular-nums; white-space: nowrap; }
code { font-size: .92em; } li { margin: .3rem 0; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } h1 { break-before: page; } }
"""


def markdown(plans: Sequence[Plan], rhythm: Rhythm) -> str:
    """The run sheet of the chapters, then for each section what to say, ask, expect and let the class write."""
    entries = list(timetable(plans, rhythm))
    lines = [*_sheet(plans, entries)] if rhythm.start or len(plans) > 1 else []
    shown = None
    for entry in entries:
        if entry.plan is not shown:
            shown = entry.plan
            lines += _chapter(shown)
        lines += ["", f"## {_title(entry)}", "", *_body(entry)]
    return "\n".join(lines).strip() + "\n"


def page(text: str, title: str) -> str:
    """Markdown as a page of its own, which needs no other file and prints well."""
    from markdown_it import MarkdownIt

    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def _sheet(plans: Sequence[Plan], entries: Sequence[Entry]) -> Iterator[str]:
    numbers = ", ".join(one.chapter.number for one in plans)
    yield f"# Run sheet: {numbers}"
    yield ""
    columns = ["from", "minutes", "what"] if entries[0].begins else ["minutes", "what"]
    yield from (f"| {' | '.join(columns)} |", "|---" * len(columns) + "|")
    for entry in entries:
        when = f"| {entry.begins} " if entry.begins else ""
        what = "*Break*" if isinstance(entry.what, Break) else f"{entry.plan.chapter.number} · {_name(entry)}"
        yield f"{when}| {entry.what.minutes} | {what} |"
    if over := ends(entries):
        yield f"| {over} | | *The end* |"
    yield ""


def _chapter(one: Plan) -> Iterator[str]:
    yield ""
    yield f"# {one.chapter.number} {one.chapter.title}"
    yield ""
    yield f"{one.minutes} minutes to walk through, {one.exercise.minutes} for the exercise. Afterwards they can:"
    yield ""
    yield from (f"- {objective}" for objective in one.chapter.objectives)


def _title(entry: Entry) -> str:
    return " · ".join(part for part in (entry.begins, _name(entry), f"{entry.what.minutes} min") if part)


def _name(entry: Entry) -> str:
    match entry.what:
        case Break():
            return "Break"
        case Exercise():
            return "Exercise"
        case Section(title):
            return title


def _body(entry: Entry) -> Iterator[str]:
    match entry.what:
        case Break():
            return
        case Exercise() as exercise:
            yield from _exercise(exercise, entry.plan.chapter)
        case section:
            yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    for note in section.notes:
        yield from (note, "")
    for question in section.questions:
        yield from (f"**Ask:** {question.asks}", "", *map(_answer, question.answers), "")
    for attempt in section.attempts:
        yield from (f"**They write** a piece of `{attempt.file}`, until `{attempt.tests}` is green.", "")
    for picture in section.pictures:
        yield from (f"**To draw:** {picture}", "")


def _answer(answer: Answer) -> str:
    mark = "✓" if answer.shows is not None else "✗"
    return f"- {mark} **{_sentence(answer.says)}** {' '.join(answer.reason.split())}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _exercise(exercise: Exercise, chapter: Chapter) -> Iterator[str]:
    yield from (chapter.exercise.task, "", f"`{call(f'open {chapter.number}')}` puts it on their desks.", "")
    hints = (f"{place}. {hint}" for place, hint in enumerate(chapter.exercise.hints, start=1))
    yield from ("**Hints**, one at a time:", "", *hints, "")
    if exercise.mistakes:
        yield from ("**What people get wrong**, and the words of the check:", "")
        yield from (f"- {mistake} “{verdict}”" for mistake, verdict in exercise.mistakes)
