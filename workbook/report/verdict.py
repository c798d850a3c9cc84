"""Says in sentences what a run came to: which requirement is unmet, expected against got, where, what to do next."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from rich.console import Console, ConsoleOptions, RenderResult

from workbook.chapters.targets import OF_TESTS
from workbook.report import context
from workbook.report.card import MEANS, Card, Item
from workbook.report.explanation import explain, place
from workbook.report.meaning import meaning
from workbook.runner import Outcome, Run

SHOWN_UNMET = 3  # unmet requirements with all that is known of them; the others with their sentence
SHOWN_MET = 8  # sentences of what holds, while nothing is unmet
SHOWN_CASES = 3  # of one test, in its one sentence
LONGEST = 160  # characters of one side of a comparison


class Verdict:
    """One run, as a person reads it: `lines()`, `html()`, and printable by Rich.

    `todo` is the next step, in the imperative; a broken run brings its own. `times` is how often each test was asked.
    Of what is met, the tests of an exercise are named first, then those in `new`, by their node ids without cases.
    """

    def __init__(self, run: Run, *, todo: str = "", times: int = 1, new: Collection[str] = ()) -> None:
        self.run = run
        self.card = _broken(run) if run.status == "broken" else _judged(run, todo, times, new)

    def lines(self, *, full: bool = False) -> list[str]:
        """Plain text, at most 80 columns wide; with `full`, every traceback."""
        return self.card.lines(full=full)

    def html(self) -> str:
        """One HTML element; the tracebacks are folded."""
        return self.card.html()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.card


def _broken(run: Run) -> Card:
    what, todo = explain(run)
    at = place(run.file, run.line)
    printed = run.output.strip(" .\n") if run.reason == "exit" else ""
    facts = (("printed", printed[-LONGEST:]),) if printed else ()
    item = Item(False, "", facts, "" if at in what else at, run.source, own_frames(run.traceback))
    known = bool(facts or run.source or item.details)
    return Card(False, what, (item,) if known else (), todo=todo)


def _judged(run: Run, todo: str, times: int, new: Collection[str]) -> Card:
    unmet, met = run.failed, sorted(run.passed, key=lambda one: _age(one, new))
    telling = _telling(unmet)
    items = [_unmet(cases[0]) if cases[0] in telling else _untold(cases) for cases in _by_test(unmet, apart=telling)]
    shown = [] if unmet else _by_test(met)[:SHOWN_MET]
    items += [Item(True, _of_cases(cases), count=len(cases)) for cases in shown]
    more = len(met) - sum(map(len, shown))
    return Card(not unmet, _headline(len(unmet), len(run.outcomes), times), tuple(items), more, todo)


def in_another_order(card: Card) -> Card:
    """A red card of tests that were green in the order of their file, and now ran shuffled, twice, in one database."""
    said = card.headline[:1].lower() + card.headline[1:] if card.items and card.items[0].sentence else card.headline
    return replace(card, headline=f"Green in the order of the file; shuffled, and twice in one database: {said}")


def green_by_chance(what: str, at: str, source: str) -> Card:
    """A card for tests that are all green while a line of the code does not do what it says."""
    item = Item(False, "", place=at, source=source)
    return Card(False, "Every test is green, and one line is not what it looks like.", (item,), todo=f"{what}.")


def _age(outcome: Outcome, new: Collection[str]) -> int:
    """0 for a requirement of the exercise, 1 for a new one, 2 for an old one."""
    if outcome.test.startswith("exercise/"):
        return 0
    return 1 if outcome.test.partition("[")[0] in new else 2


def _telling(unmet: Sequence[Outcome]) -> list[Outcome]:
    """The few that say most: an error in the app before a failed assertion; of those with one cause, the first."""
    causes: dict[tuple[str | int, ...], Outcome] = {}
    for one in unmet:
        causes.setdefault((one.exception, one.file, one.line, one.expected, one.got), one)
    return sorted(causes.values(), key=_is_in_a_test)[:SHOWN_UNMET]


def _is_in_a_test(outcome: Outcome) -> bool:
    return outcome.file.startswith(OF_TESTS) or not outcome.file


def _headline(unmet: int, total: int, times: int) -> str:
    if not unmet:
        often = f", {times} times" if times > 1 else ""
        if total == 1:
            return f"The one requirement is met{often}."
        return f"All {total} requirements are met{often}{' each' if often else ''}."
    if total == 1:
        return "The one requirement is not met."
    return f"{unmet} of {total} requirements {'is' if unmet == 1 else 'are'} not met."


def _sentence(outcome: Outcome) -> str:
    text = outcome.says.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "…")) else ".")


def _by_test(outcomes: Sequence[Outcome], apart: Sequence[Outcome] = ()) -> list[list[Outcome]]:
    """The cases of a parametrised test together; any other outcome by itself, and those that are kept `apart`."""
    groups: dict[str | int, list[Outcome]] = {}
    for number, one in enumerate(outcomes):
        test, _, case = one.test.partition("[")
        groups.setdefault(test if case and one not in apart else number, []).append(one)
    return list(groups.values())


def _of_cases(outcomes: Sequence[Outcome], most: int = SHOWN_CASES) -> str:
    """One sentence for all cases of a test: "A bad token is refused (expired, forged, …)."."""
    first, *others = outcomes
    if not others:
        return _sentence(first)
    cases = [one.test.partition("[")[2].removesuffix("]") for one in outcomes]
    shown = cases if len(cases) <= most else [*cases[: most - 1], "…"]
    return _sentence(replace(first, says=f"{first.says.removesuffix(f' ({cases[0]})')} ({', '.join(shown)})"))


def _of_the_route(outcome: Outcome) -> Outcome:
    """FastAPI's complaint about an answer, told of the route that gave it; any other outcome as it is."""
    told = re.search(r"'msg': '(.+?)', 'input': (.+)}.*?File \"(.+?)\", line (\d+), in", outcome.message, re.DOTALL)
    if outcome.exception != "ResponseValidationError" or told is None:
        return outcome
    message = f"{told[1]}; it got {told[2]}"
    return replace(outcome, message=message, file=told[3], line=int(told[4]), source="")


def _untold(cases: Sequence[Outcome]) -> Item:
    """Unmet too, and only its sentence; the tracebacks are for who asks for all."""
    whole = "\n".join(_from_packages(one.traceback) + _printed(one) for one in cases)
    return Item(False, _of_cases(cases, len(cases)), whole=whole, count=len(cases))


def _unmet(outcome: Outcome) -> Item:
    outcome = _of_the_route(outcome)
    return Item(
        False,
        _sentence(outcome),
        tuple(_facts(outcome)),
        place(outcome.file, outcome.line),
        outcome.source,
        own_frames(outcome.traceback) + _printed(outcome),
        _from_packages(outcome.traceback) + _printed(outcome),
    )


def _facts(outcome: Outcome) -> Sequence[tuple[str, str]]:
    facts: list[tuple[str, str]] = []
    if outcome.expected or outcome.got:
        expected, got = differing(outcome.expected, outcome.got)
        facts += [("expected", expected), ("got", got)]
    elif first := _first(outcome):
        named = outcome.exception not in ("AssertionError", "Failed")
        facts.append((outcome.exception if named else "because", shortened(first)))
    elif outcome.exception:
        facts.append(("got", outcome.exception))
    if outcome.sqlstate:
        facts.append(("SQLSTATE", outcome.sqlstate))
    facts += context.facts(outcome)
    if means := context.means(outcome) or meaning(outcome):
        facts.append((MEANS, means))
    return facts


def _first(outcome: Outcome) -> str:
    """The first line of the message; where fields are not valid, the first of them and why."""
    lines = re.sub(r"^\(psycopg2\.\S+\) ", "", outcome.message.strip()).split("\n")
    if not outcome.exception.endswith("ValidationError"):
        return lines[0]
    reason = next((number for number, line in enumerate(lines) if line.startswith(" ")), 0)
    return ": ".join(line.strip().removesuffix(":") for line in lines[: reason + 1])


def _printed(outcome: Outcome) -> str:
    return f"\n\nIt printed:\n{outcome.output.rstrip()}" if outcome.output.strip() else ""


def _from_packages(traceback: str) -> str:
    """Frames in libraries by the package's own path, wherever it is installed."""
    return re.sub(r"\S*site-packages/", "", traceback)


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def differing(expected: str, got: str) -> tuple[str, str]:
    """Both sides, each cut to where they begin to differ when they are long."""
    if max(len(expected), len(got)) <= LONGEST:
        return expected, got
    same = next((at for at, (one, other) in enumerate(zip(expected, got, strict=False)) if one != other), 0)
    start = max(0, same - LONGEST // 4)
    before = "…" if start else ""
    return before + shortened(expected[start:]), before + shortened(got[start:])


def own_frames(traceback: str) -> str:
    """A traceback of pytest's short style without the frames inside libraries; what was raised stays."""
    kept: list[str] = []
    own = True
    lines = traceback.splitlines()
    for line, below in zip(lines, [*lines[1:], ""], strict=False):
        if re.fullmatch(r"\s+[~^]+\s*", line):  # marks that each Python sets differently
            continue
        if frame := re.match(r"(\S.*?):\d+: in ", line):
            foreign = (
                "site-packages" in frame[1]
                or re.match(r"(/|\.\.|<|[A-Za-z]:)", frame[1])
                or below.strip() == "???"  # compiled: its source is not there
            )
            if foreign and own:
                kept.append("… inside libraries …")
            own = not foreign
        if own or line.startswith("E "):
            kept.append(line)
    return "\n".join(kept)
