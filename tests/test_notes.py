"""What a teacher is told: complete, in time, and readable as text, Markdown and a page."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from workbook import course, notebooks
from workbook.chapters import variants
from workbook.cli import app
from workbook.course import Chapter
from workbook.notebooks.canonical import joined
from workbook.notebooks.lint import for_a_class
from workbook.system.console import PLAIN
from workbook.teaching.notes import markdown, page
from workbook.teaching.plan import Exercise, Plan, Section, plan, shared_out
from workbook.teaching.timetable import Rhythm, at, ends, timetable

CHAPTERS = course.load().chapters

each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)


@each_chapter
def test_a_plan_takes_the_minutes_of_its_chapter(chapter: Chapter) -> None:
    """Its sections together as long as a class needs, none of them without time."""
    found = plan(chapter)

    assert found.minutes == for_a_class(chapter.minutes.walk)
    assert found.exercise.minutes == for_a_class(chapter.minutes.exercise)
    assert [one.title for one in found.sections if one.minutes < 1] == []


@each_chapter
def test_notes_tell_all_that_the_notebook_holds_for_a_talk(chapter: Chapter) -> None:
    """Every note, every section, every answer with its reason, every piece to write, every mistake that was tried."""
    said = _words(markdown([plan(chapter)], Rhythm()))
    cells = notebooks.read(chapter.notebook)["cells"]
    sources = [joined(cell["source"]) for cell in cells]
    wanted = [str(cell["metadata"]["notes"]) for cell in cells if "notes" in cell["metadata"]]
    wanted += [line for text in sources for line in text.splitlines()[:1] if line.startswith("## ")]
    wanted += [answer for text in sources for answer in re.findall(r'"guess"><summary>(.*?)</summary>', text)]
    wanted += [found for text in sources for found in re.findall(r"^%%attempt (\S+)", text)]
    wanted += [variants.read(chapter, file).said["mistake"] for file in variants.cases(chapter, "wrong")]

    assert len(wanted) > 20
    assert [one for one in wanted if _words(one) not in said] == []


@each_chapter
def test_every_question_has_one_right_answer(chapter: Chapter) -> None:
    """It is marked, and what is asked is a sentence, not a heading's rest."""
    questions = [one for section in plan(chapter).sections for one in section.questions]

    assert len(questions) >= 3
    for one in questions:
        assert [answer.shows is not None for answer in one.answers].count(True) == 1
        assert len(one.asks.split()) >= 3


def test_minutes_are_shared_out_to_the_last() -> None:
    """However they are rounded."""
    assert shared_out(90, [1, 1, 1, 1, 1, 1, 1]) == [13, 13, 13, 12, 13, 13, 13]
    assert shared_out(10, [0, 3, 7]) == [0, 3, 7]
    assert shared_out(0, []) == []


def a_plan(*minutes: int, exercise: int = 30) -> Plan:
    sections = tuple(Section(f"Part {place}", taken) for place, taken in enumerate(minutes))
    return Plan(CHAPTERS[0], sections, Exercise(exercise, ()))


@pytest.mark.parametrize(
    ("minutes", "begins"),
    [
        pytest.param((20, 20, 20), "09:00 09:20 09:40 10:00* 10:10", id="a-break-after-an-hour"),
        pytest.param((20, 20, 21), "09:00 09:20 09:40* 09:50 10:11", id="before-what-would-be-too-long"),
        pytest.param((90, 5), "09:00 10:30* 10:40 10:45", id="what-is-longer-stays-whole"),
        pytest.param((5,), "09:00 09:05", id="none-where-all-is-short"),
    ],
)
def test_a_class_gets_its_breaks(minutes: tuple[int, ...], begins: str) -> None:
    """Between sections, after an hour at most; a star is a break."""
    entries = list(timetable([a_plan(*minutes)], Rhythm(at("09:00"))))

    assert " ".join(one.begins + "*" * (type(one.what).__name__ == "Break") for one in entries) == begins


def test_a_day_has_an_end() -> None:
    """Over midnight too; without a time there is none."""
    assert ends(list(timetable([a_plan(20)], Rhythm(at("23:30"))))) == "00:20"
    assert ends(list(timetable([a_plan(20)], Rhythm()))) == ""


def test_a_run_sheet_has_all_chapters() -> None:
    """In the order in which they were named, each row as the section that follows."""
    text = _notes("02", "01", "--format", "md", "--schedule", "09:00", "--break", "15/45")
    sheet, _, rest = text.partition("\n# 02")
    rows = re.findall(r"^\| (\d\d:\d\d) \| (\d+) \| (?:(\d\d) · )?(.*?) \|$", sheet, re.MULTILINE)
    headings = re.findall(r"^## (\d\d:\d\d) · .* · (\d+) min$", rest, re.MULTILINE)

    assert [(begins, minutes) for begins, minutes, *_ in rows] == headings
    assert [number for _, _, number, _ in rows if number][0 :: len(rows)] == ["02"]
    assert any("*Break*" in row and row[1] == "15" for row in rows)


def test_a_page_needs_nothing_else() -> None:
    """It is whole, has a table, and takes text as text."""
    text = _notes("01", "--format", "html", "--schedule", "09:00")

    assert text.startswith("<!DOCTYPE html>")
    assert "<table>" in text
    assert not re.search(r"(src|href)=", text)
    assert "<script>" not in page("# <script>alert(1)</script>", "<b>")
    assert "<title>&lt;b&gt;</title>" in page("", "<b>")


def test_notes_on_the_screen_fit() -> None:
    """Eighty columns, no Markdown left over."""
    text = _notes("04")

    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80
    assert "**" not in text
    assert "## " not in text


@each_chapter
def test_notes_are_read_on_any_console(chapter: Chapter) -> None:
    """Each mark that a console lacks has a plain twin."""
    text = _notes(chapter.number, "--schedule", "09:00")

    assert text.encode("ascii", errors=PLAIN).count(b"?") == text.count("?")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--schedule", "25:00"], "'25:00' is no time of day."),
        (["--schedule", "nine"], "'nine' is no time of day."),
        (["--break", "10"], "'10' is no rhythm of breaks."),
        (["--break", "0/60"], "'0/60' is no rhythm of breaks."),
    ],
)
def test_notes_say_what_they_do_not_understand(options: list[str], said: str) -> None:
    assert said in str(CliRunner().invoke(app, ["notes", "01", *options]).exception)


def _notes(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["notes", *arguments], env={"COLUMNS": "80"})
    assert done.exit_code == 0, done.output
    return done.stdout


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text))
