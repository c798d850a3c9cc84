"""Draws samples as histograms below one another, on one axis, so that the eye compares where they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from matplotlib.patches import Rectangle

from workbook.pictures.picture import (
    BLUE,
    FAINT,
    ORANGE,
    PALE_ORANGE,
    SMALL,
    TITLE_LINE,
    WIDTH,
    Canvas,
    Picture,
    titled,
    width_of,
    wrapped,
)

MARGIN, ROW, HIGH, FOOT = 0.25, 0.95, 0.7, 0.4  # inches
BINS = 40  # along the axis, the same for all samples


def histograms(samples: Mapping[str, Sequence[float]], title: str = "", *, unit: str = "", mark: str = "") -> Picture:
    """One histogram per sample, in the order given, with its median; all share an axis that begins at zero.

    `mark` names the sample to stand out, by colour and hatch. No sample may be empty or negative.
    """
    names = min(max(width_of(name) for name in samples), 3.0)
    words = {name: f"median {median(values):.3g} {unit}".strip() for name, values in samples.items()}
    left = MARGIN + names + 0.2
    full = WIDTH - MARGIN - left - max(width_of(word, SMALL) for word in words.values()) - 0.3
    head = titled(title, MARGIN)
    top = MARGIN + len(head) * TITLE_LINE + (0.2 if head else 0)
    canvas = Canvas(WIDTH, top + ROW * len(samples) + FOOT + MARGIN / 2)
    canvas.title(head, MARGIN)
    largest = max(max(values) for values in samples.values()) or 1.0
    for place, (name, values) in enumerate(samples.items()):
        base = top + ROW * (place + 1) - 0.1
        counts = counted(values, largest)
        for number, count in enumerate(counts):
            face, edge, hatch = (PALE_ORANGE, ORANGE, "////") if name == mark else (BLUE, BLUE, None)
            high = HIGH * count / max(counts)
            corner = (left + full * number / BINS, base - high)
            canvas.axes.add_patch(
                Rectangle(corner, full / BINS, high, facecolor=face, edgecolor=edge, hatch=hatch, linewidth=0.8)
            )
        canvas.axes.plot([left, left + full], [base, base], color=FAINT, linewidth=1.2)
        lines = "\n".join(wrapped(name, names))
        canvas.text(left - 0.15, base - HIGH / 2, lines, ha="right", linespacing=1.1)
        canvas.text(left + full + 0.15, base - HIGH / 2, words[name], fontsize=SMALL)
    foot = top + ROW * len(samples) + 0.12
    for share in (0, 0.5, 1):
        canvas.text(left + full * share, foot, f"{largest * share:.3g} {unit}".strip(), fontsize=SMALL, ha="center")
    told = [f"{name}: {words[name]}, {min(v):.3g} to {max(v):.3g} {unit}".strip() for name, v in samples.items()]
    return canvas.picture("\n".join([f"Histograms: {title}" if title else "Histograms:", *told]))


def counted(values: Sequence[float], largest: float) -> list[int]:
    """How many values fall into each of the bins between zero and `largest`."""
    counts = [0] * BINS
    for value in values:
        counts[min(int(value / largest * BINS), BINS - 1)] += 1
    return counts
