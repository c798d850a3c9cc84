"""Lays out what runs of tests came to: one card, red or green, with a sign beside the colour."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from workbook.nb.shown import CODE_FONT, FAINT, Shown
from workbook.runner import Run

try:
    from workbook.verdict import Verdict
except ImportError:  # TEMPORARY until verdict.py lands

    class Verdict:
        def __init__(self, run):
            self.run = run

        def lines(self):
            r = self.run
            return [f"{r.status} {r.detail}"] + [f"{o.outcome} {o.test} {o.exception} {o.message}" for o in r.outcomes]

        def html(self):
            return "<pre>" + escape("\n".join(self.lines())) + "</pre>"


def card(runs: Sequence[Run], said: str, *, of: int) -> Shown:
    """The verdicts of `runs` one below the other; `said` is how they were run."""
    plain, html = [said], [f'<div style="color:{FAINT};font-family:{CODE_FONT};margin-top:.4em">{escape(said)}</div>']
    for number, run in enumerate(runs, start=1):
        verdict = Verdict(run)
        if of > 1:
            plain.append(f"run {number}")
            html.append(f'<div style="margin-top:.6em">run {number}</div>')
        plain += verdict.lines()
        html.append(verdict.html())
    return Shown("\n".join(plain), "".join(html))
