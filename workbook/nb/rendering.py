"""Something that a notebook shows: HTML that follows JupyterLab's light or dark theme, with a plain-text twin."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from workbook.report.card import GREEN as GREEN
from workbook.report.card import RED as RED
from workbook.report.card import inked as inked
from workbook.report.card import themed

CODE_FONT = "font-family:monospace;font-family:var(--jp-code-font-family, monospace)"

INK = themed("color", "content-font-color1", "#1f2328")
FAINT = inked("content-font-color2", "#4b545d")
DIM = "opacity:.7"  # of what stands on no panel: in whatever colour the text around it has
PANEL = themed("background", "cell-editor-background", "#f6f8fa")
EDGE = themed("border-color", "border-color1", "#c9d1d9")


class Shown:
    """Displays as HTML where a browser looks on, and as `plain` everywhere else."""

    def __init__(self, plain: str, html: str) -> None:
        self.plain = plain
        self.html = html

    def __repr__(self) -> str:
        return self.plain

    def _repr_html_(self) -> str:
        return self.html


def panel(inner: str, *, title: str = "") -> str:
    """A framed block in code font; `inner` is HTML whose line ends and spaces are kept."""
    below = "border-style:solid;border-width:0 0 1px 0"
    head = f'<div style="padding:.3em .9em;{below};{EDGE};{FAINT};{CODE_FONT};font-size:.9em">{escape(title)}</div>'
    scrolling = "overflow-x:auto;white-space:pre;word-break:normal"
    return (
        f'<div style="border-style:solid;border-width:1px;{EDGE};border-radius:6px;margin:.4em 0;{PANEL}">'
        f'{head if title else ""}<pre tabindex="0" style="margin:0;padding:.6em .9em;background:none;{INK};{CODE_FONT};'
        f'line-height:1.45;{scrolling}">{inner}</pre></div>'
    )


def hanging(lines: Iterable[str]) -> str:
    """Lines of HTML for a panel; what does not fit goes on further in than any line begins."""
    style = "min-height:1.45em;padding-left:6ch;text-indent:-6ch;white-space:pre-wrap;overflow-wrap:anywhere"
    return "".join(f'<div style="{style}">{line}</div>' for line in lines)


def plain_and_html(text: str, *, title: str = "") -> Shown:
    """Text that needs no colour."""
    return Shown(f"{title}\n{text}" if title else text, panel(escape(text), title=title))
