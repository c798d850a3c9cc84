"""Something that a notebook shows: HTML that follows JupyterLab's light or dark theme, with a plain-text twin."""

from __future__ import annotations

from html import escape

# Colours come from the theme of JupyterLab; elsewhere the fallbacks are dark ink on a light panel.
INK = "var(--jp-content-font-color1, #1f2328)"
FAINT = "var(--jp-content-font-color2, #59636e)"
PANEL = "var(--jp-cell-editor-background, #f6f8fa)"
EDGE = "var(--jp-border-color1, #c9d1d9)"
CODE_FONT = "var(--jp-code-font-family, monospace)"
GREEN = "var(--jp-success-color1, #1a7f37)"
RED = "var(--jp-error-color1, #cf222e)"


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
    head = (
        f'<div style="padding:.3em .9em;border-bottom:1px solid {EDGE};color:{FAINT};'
        f'font-family:{CODE_FONT};font-size:.9em">{escape(title)}</div>'
        if title
        else ""
    )
    return (
        f'<div style="border:1px solid {EDGE};border-radius:6px;margin:.4em 0;background:{PANEL};overflow:auto">{head}'
        f'<pre style="margin:0;padding:.6em .9em;background:none;color:{INK};'
        f'font-family:{CODE_FONT};line-height:1.45">{inner}</pre></div>'
    )


def plain_and_html(text: str, *, title: str = "") -> Shown:
    """Text that needs no colour."""
    return Shown(f"{title}\n{text}" if title else text, panel(escape(text), title=title))
