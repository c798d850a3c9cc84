"""Draws the sandwich: layers on top of each other, a request going down, an answer coming up."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from workbook.pictures.picture import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    LINE,
    PALE_BLUE,
    SIZE,
    SMALL,
    TITLE,
    WIDTH,
    Canvas,
    Picture,
    width_of,
    wrapped,
)

MARGIN, SIDE, GAP, PAD = 0.25, 0.75, 0.2, 0.2  # inches; SIDE is where the two arrows run


def layers(
    rows: Sequence[tuple[str, str]], title: str = "", *, down: str = "request", up: str = "answer", mark: str = ""
) -> Picture:
    """Layers from the outside in, each a name and what it does. The arrows at the sides say what goes down and up.

    `mark` names a layer to stand out: the one that is talked about.
    """
    names = max(width_of(name, SIZE, weight="bold") for name, _ in rows)
    left, right = MARGIN + SIDE, WIDTH - MARGIN - SIDE
    text_x = left + PAD + names + 0.25
    texts = [wrapped(says, right - PAD - text_x) for _, says in rows]
    top = MARGIN + (0.6 if title else 0.0)
    heights = [max(1, len(lines)) * LINE + 0.34 for lines in texts]
    bottom = top + sum(heights) + GAP * (len(rows) - 1)
    canvas = Canvas(WIDTH, bottom + MARGIN)
    if title:
        canvas.text(MARGIN, MARGIN + 0.16, title, fontsize=TITLE, weight="bold")
    y = top
    for (name, _), lines, height in zip(rows, texts, heights, strict=True):
        chosen = name == mark
        canvas.axes.add_patch(
            FancyBboxPatch(
                (left, y), right - left, height, boxstyle="round,pad=0,rounding_size=0.1",
                facecolor=PALE_BLUE if chosen else "white", edgecolor=BLUE if chosen else INK,
                linewidth=3 if chosen else 1.8,
            )
        )  # fmt: skip
        canvas.text(left + PAD, y + height / 2, name, weight="bold")
        canvas.text(text_x, y + height / 2, "\n".join(lines), color=INK if chosen else FAINT, linespacing=1.25)
        y += height + GAP
    _arrow(canvas, MARGIN + SIDE - 0.25, (top, bottom), down, BLUE, -0.28)
    _arrow(canvas, WIDTH - MARGIN - SIDE + 0.25, (bottom, top), up, GREEN, 0.28)
    told = [f"{number}. {name}: {says}" for number, (name, says) in enumerate(rows, start=1)]
    head = f"Layers: {title}" if title else "Layers:"
    return canvas.picture("\n".join([head, f"down: {down} · up: {up}", *told]))


def _arrow(canvas: Canvas, x: float, run: tuple[float, float], word: str, ink: str, beside: float) -> None:
    start, end = run
    line = FancyArrowPatch((x, start), (x, end), arrowstyle="-|>", mutation_scale=28, shrinkA=0, shrinkB=0)
    line.set(color=ink, linewidth=3)
    canvas.axes.add_patch(line)
    middle = (start + end) / 2
    canvas.text(x + beside, middle, word, fontsize=SMALL, rotation=90, ha="center", color=ink, weight="bold")
