"""Draws figures as horizontal bars, with ratios where it is the ratio that counts."""

from __future__ import annotations

from collections.abc import Mapping

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

MARGIN, ROW, THICK, FOOT = 0.25, 0.62, 0.4, 0.5  # inches
NOTHING = 0.001  # of the largest value: what is less has no bar that anybody sees
MORE = 3  # digits that a figure may have beyond those that were asked for
LOWEST = 0.5  # of the smallest value: where a logarithmic axis begins


def bars(
    values: Mapping[str, float],
    title: str = "",
    *,
    unit: str = "",
    log: bool = False,
    ratio_to: str = "",
    mark: str = "",
    digits: int = 2,
) -> Picture:
    """One bar per value, in the order given, with its figure at the end in `digits` significant digits.

    `ratio_to` names the bar that the others are multiples of: figures get the digits that it takes to agree with that.
    What is next to nothing beside the largest is told as "≈ 0", except where `log` or the ratios are about it. `log`
    makes each tenfold an equal step, and says so.
    `mark` names a bar to stand out, by colour and hatch. Values must be positive where `log` is on.
    """
    if log and min(values.values()) <= 0:
        raise ValueError("a logarithmic axis has no place for zero or less")
    words = _words(values, unit, digits, ratio_to, log)
    names = min(max(width_of(name) for name in values), 3.2)
    labels = {name: wrapped(name, names) for name in values}
    left, room = MARGIN + names + 0.2, max(width_of(word, weight="bold") for word in words.values()) + 0.15
    head = titled(title, MARGIN)
    top = MARGIN + len(head) * TITLE_LINE + (0.2 if head else 0)
    canvas = Canvas(WIDTH, top + ROW * len(values) + (FOOT if log else 0.1) + MARGIN / 2)
    canvas.title(head, MARGIN)
    full = WIDTH - MARGIN - left - room
    canvas.axes.plot([left, left], [top - 0.02, top + ROW * len(values)], color=FAINT, linewidth=1.6)
    for place, (name, value) in enumerate(values.items()):
        y = top + ROW * (place + 0.5)
        length = full * _share(value, list(values.values()), log)
        face, edge, hatch = (PALE_ORANGE, ORANGE, "////") if name == mark else (BLUE, BLUE, None)
        bar = Rectangle(
            (left, y - THICK / 2), length, THICK, facecolor=face, edgecolor=edge, hatch=hatch, linewidth=1.6
        )
        canvas.axes.add_patch(bar)
        canvas.text(left - 0.15, y, "\n".join(labels[name]), ha="right", linespacing=1.1)
        canvas.text(left + length + 0.12, y, words[name], weight="bold" if name == mark else "normal")
    if log:
        y = top + ROW * len(values) + 0.22
        canvas.text(left, y, "logarithmic: each tenfold is an equal step", fontsize=SMALL, style="italic", color=FAINT)
    told = [f"{name}: {words[name]}" for name in values]
    return canvas.picture("\n".join([f"Bars: {title}" if title else "Bars:", *told]))


def _share(value: float, values: list[float], log: bool) -> float:
    """How much of the full length a bar takes, from 0 to 1."""
    from math import log10

    largest = max(values)
    if largest <= 0:
        return 0.0
    if not log:
        return max(value, 0) / largest
    lowest = min(values) * LOWEST
    return log10(value / lowest) / log10(largest / lowest)


def _words(values: Mapping[str, float], unit: str, digits: int, ratio_to: str, log: bool) -> dict[str, str]:
    """What stands at the end of each bar."""
    least = 0 if log else NOTHING * max(map(abs, values.values()))
    shown = {name: value for name, value in values.items() if name == ratio_to or not 0 < abs(value) < least}
    base = values.get(ratio_to)
    ratios = {} if base is None else {name: _ratio(value, base, digits) for name, value in shown.items()}
    enough = digits
    while enough < digits + MORE and not _agree(shown, ratio_to, ratios, enough, digits):
        enough += 1
    words = {}
    for name, value in values.items():
        figure = _rounded(value, enough) if name in shown else "≈ 0"
        words[name] = f"{figure} {unit}".strip() + (f"  ({ratios[name]}\u00d7)" if name in ratios else "")
    return words


def _agree(values: Mapping[str, float], ratio_to: str, ratios: Mapping[str, str], enough: int, digits: int) -> bool:
    """Whether figures of so many digits, divided, give the ratios that are told."""
    figures = {name: float(_rounded(values[name], enough).replace(",", "")) for name in ratios}
    return all(_ratio(figures[name], figures[ratio_to], digits) == ratio for name, ratio in ratios.items())


def _ratio(value: float, base: float, digits: int) -> str:
    return "1" if value == base else _rounded(value / base, digits)


def _rounded(value: float, digits: int) -> str:
    """Significant digits, never with an exponent: 0.49, 13, 5,200."""
    from math import floor, log10

    if value == 0:
        return "0"
    places = digits - 1 - floor(log10(abs(value)))
    return f"{round(value, places):,.{max(places, 0)}f}"
