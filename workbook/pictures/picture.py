"""A drawing surface measured in inches, and the finished picture with its text alternative."""

from __future__ import annotations

import io
from collections.abc import Sequence
from math import ceil
from typing import Any

from matplotlib import rc_context, rcParamsDefault
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath
from PIL import Image

# At 100 screen pixels per inch a picture 9 inches wide is shown 900 pixels wide, and 14 points stay above 14 points.
PIXELS_PER_INCH = 100
DENSITY = 2  # image pixels per screen pixel: sharp on a retina screen and on a projector
COLOURS = 128  # of the palette: flat areas and smooth letters need no more
WIDTH = 9.0  # inches
SIZE, SMALL, TITLE = 15.0, 14.0, 18.0  # points
TITLE_LINE = 0.36  # inches from one line of a title to the next
LINE = 0.29  # inches from line to line at SIZE

# Okabe and Ito's colours: told apart with any colour vision. Each is used with a sign, a hatch or a word beside it.
INK, FAINT, PAPER = "#1a1a1a", "#57606a", "#ffffff"
BLUE, ORANGE, GREEN, RED, SKY, GREY = "#0072b2", "#e69f00", "#007a59", "#c0440a", "#56b4e9", "#d0d5da"
PALE_BLUE, PALE_GREY, PALE_ORANGE, BROWN = "#dcecf7", "#eceff2", "#fdf1d8", "#7a5200"
FONT, CODE = "DejaVu Sans", "DejaVu Sans Mono"  # both come with matplotlib, so every machine draws the same


class Picture:
    """A PNG for eyes, its text alternative for everybody else."""

    def __init__(self, png: bytes, alternative: str, width: int) -> None:
        self.png = png
        self.alternative = alternative
        self.width = width  # in screen pixels; the image has `DENSITY` times as many

    def __repr__(self) -> str:
        return self.alternative

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"image/png": self.png, "text/plain": self.alternative}, {"image/png": {"width": self.width}}


class Canvas:
    """White paper of `width` by `height` inches; x grows to the right, y grows downwards."""

    def __init__(self, width: float, height: float) -> None:
        width = ceil(width * 10) / 10  # whole pixels
        self.width, self.height = width, height
        with rc_context({**rcParamsDefault, "font.family": FONT, "hatch.linewidth": 1.2}):
            self.figure = Figure(figsize=(width, height), dpi=PIXELS_PER_INCH * DENSITY, facecolor=PAPER)
            self.axes: Axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.axes.set_xlim(0, width)
        self.axes.set_ylim(height, 0)

    def text(self, x: float, y: float, text: str, **style: Any) -> None:
        """Write `text` at a point: from it to the right and centred on its height, unless `style` says otherwise."""
        given: dict[str, Any] = {"fontsize": SIZE, "color": INK, "ha": "left", "va": "center", "family": FONT} | style
        self.axes.text(x, y, text.replace("$", r"\$"), **given)

    def title(self, lines: Sequence[str], margin: float) -> None:
        """Write a title below the upper edge, a line every `TITLE_LINE` inches; `titled` makes the lines."""
        for number, line in enumerate(lines):
            self.text(margin, margin + 0.14 + number * TITLE_LINE, line, fontsize=TITLE, weight="bold")

    def picture(self, alternative: str) -> Picture:
        """Draw everything. The same calls give the same bytes."""
        file = io.BytesIO()
        with rc_context({**rcParamsDefault, "font.family": FONT, "hatch.linewidth": 1.2}):
            FigureCanvasAgg(self.figure).print_png(file)  # type: ignore[no-untyped-call]
        return Picture(_small(file), alternative, round(self.width * PIXELS_PER_INCH))


def _small(file: io.BytesIO) -> bytes:
    """The same picture with a palette: a third of the size, in a notebook that git keeps."""
    with Image.open(file) as image, io.BytesIO() as small:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        return small.getvalue()


def titled(title: str, margin: float) -> list[str]:
    """The lines of a title over a picture of the usual width; none without one."""
    return wrapped(title, WIDTH - 2 * margin, TITLE, weight="bold") if title else []


def width_of(text: str, size: float = SIZE, *, family: str = FONT, weight: str = "normal") -> float:
    """How wide a line of text is, in inches."""
    font = FontProperties(family=family, size=size, weight=weight)
    points, _, _ = TextToPath().get_text_width_height_descent(text.replace("$", r"\$"), font, False)
    return float(points) / 72


def wrapped(text: str, width: float, size: float = SIZE, *, family: str = FONT, weight: str = "normal") -> list[str]:
    """`text` in lines of at most `width` inches; a longer word stays whole."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and width_of(longer, size, family=family, weight=weight) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines
