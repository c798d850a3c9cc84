"""Lays out what runs of tests came to: one card, red or green, with a sign beside the colour."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape

from workbook.nb.rendering import CODE_FONT, DIM, Shown
from workbook.report.verdict import Verdict
from workbook.runner import Run


def card(runs: Sequence[Run], said: str, *, of: int, times: int = 1, new: Collection[str] = ()) -> Shown:
    """The verdicts of `runs` one below the other; `said` is how they were run, the rest is as in `Verdict`."""
    plain, html = [said], [f'<div style="{DIM};{CODE_FONT};margin-top:.4em">{escape(said)}</div>']
    for number, run in enumerate(runs, start=1):
        verdict = Verdict(run, times=times, new=new)
        if of > 1:
            plain.append(f"run {number}")
            html.append(f'<div style="margin-top:.6em">run {number}</div>')
        plain += verdict.lines()
        html.append(verdict.html())
    return Shown("\n".join(plain), "".join(html))
