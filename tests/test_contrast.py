"""What a notebook shows can be read in JupyterLab's light and dark theme: the contrast of its declared colours."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbook.nb.colour import _STYLES
from workbook.nb.rendering import FAINT, GREEN, INK, PANEL, RED, panel
from workbook.nb.source_view import _TINTS
from workbook.pictures import picture
from workbook.report.card import BAD, GOOD

ENOUGH = 4.5  # to one, for text: WCAG 2.2, level AA
THEMES = Path(sys.prefix) / "share/jupyter/lab/themes/@jupyterlab"
NAMED = {"white": "#ffffff", "black": "#000000", "green": "#008000"}
MIXED = re.compile(r"color-mix\(in srgb, (?P<one>.+) (?P<part>\d+)%, (?P<other>.+)\)")
VARIABLE = re.compile(r"var\((?P<name>--[\w-]+)(?:, *(?P<otherwise>.+))?\)")
DIMMED = 0.7  # the opacity of what stands beside

Colour = tuple[float, float, float, float]


class Theme:
    """The variables of one of JupyterLab's themes; without a name there are none, as on a page elsewhere."""

    def __init__(self, name: str = "") -> None:
        file = THEMES / f"theme-{name}-extension/index.css"
        self.variables = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", file.read_text("utf-8"))) if name else {}

    def colour(self, said: str) -> Colour:
        """A colour as CSS writes it, with its opacity."""
        said = NAMED.get(said.strip(), said.strip())
        if mixed := MIXED.fullmatch(said):
            one, other, part = self.colour(mixed["one"]), self.colour(mixed["other"]), int(mixed["part"]) / 100
            alpha = part * one[3] + (1 - part) * other[3]
            red, green, blue = (
                (part * a * one[3] + (1 - part) * b * other[3]) / alpha for a, b in zip(one[:3], other[:3], strict=True)
            )
            return red, green, blue, alpha
        if variable := VARIABLE.fullmatch(said):
            return self.colour(self.variables.get(variable["name"]) or str(variable["otherwise"]))
        if said.startswith("#"):
            digits = said[1:] if len(said) == 7 else "".join(2 * one for one in said[1:])
            red, green, blue = (int(digits[place : place + 2], 16) for place in (0, 2, 4))
            return red, green, blue, 1.0
        red, green, blue, opacity = ([float(one) for one in re.findall(r"[\d.]+", said)] + [1.0])[:4]
        return red, green, blue, opacity

    def declared(self, style: str, what: str) -> Colour:
        """The last of the declarations that a browser understands."""
        return self.colour([value for name, _, value in parts(style) if name == what][-1])


def parts(style: str) -> Iterator[tuple[str, str, str]]:
    return (one.partition(":") for one in style.split(";"))


def over(above: Colour, below: Colour) -> Colour:
    red, green, blue = (above[3] * a + (1 - above[3]) * b for a, b in zip(above[:3], below[:3], strict=True))
    return red, green, blue, 1.0


def contrast(ink: Colour, paper: Colour) -> float:
    dark, light = sorted(luminance(one) for one in (over(ink, paper), paper))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Colour) -> float:
    linear = [one / 3294.6 if one <= 10.31 else ((one / 255 + 0.055) / 1.055) ** 2.4 for one in colour[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


PAGE = {"light": "var(--jp-layout-color0)", "dark": "var(--jp-layout-color0)", "": "#ffffff"}
CARD_INKS = {"green": GREEN, "red": RED, "ink": INK}
CODE_INKS = {"ink": INK, "faint": FAINT, "green": GREEN, "red": RED} | {
    str(token).lower().replace("token.", "").replace(".", "-"): style for token, style in _STYLES
}


@pytest.fixture(params=["light", "dark", pytest.param("", id="elsewhere")])
def paper(request: pytest.FixtureRequest) -> tuple[Theme, Colour, Colour]:
    """A theme, the colour of its pages, and that of its panels."""
    theme = Theme(request.param)
    return theme, theme.colour(PAGE[request.param]), theme.declared(PANEL, "background")


@pytest.mark.parametrize("style", CARD_INKS.values(), ids=CARD_INKS)
def test_a_card_can_be_read(paper: tuple[Theme, Colour, Colour], style: str) -> None:
    """Signs and sentences of a card, on the page and on the next lighter one."""
    theme, page, panelled = paper

    assert min(contrast(theme.declared(style, "color"), one) for one in (page, panelled)) >= ENOUGH


@pytest.mark.parametrize("style", CODE_INKS.values(), ids=CODE_INKS)
@pytest.mark.parametrize("tint", ["rgba(0,0,0,0)", *_TINTS.values()], ids=["plain", "added", "removed"])
def test_code_can_be_read(paper: tuple[Theme, Colour, Colour], style: str, tint: str) -> None:
    """Every colour of code, also on the lines of a difference."""
    theme, _, panelled = paper

    assert contrast(theme.declared(style, "color"), over(theme.colour(tint), panelled)) >= ENOUGH


def test_what_is_dimmed_can_be_read(paper: tuple[Theme, Colour, Colour]) -> None:
    """Labels and places in a card are the page's ink, thinned."""
    theme, page, _ = paper
    red, green, blue, alpha = theme.declared(INK, "color")

    assert contrast((red, green, blue, alpha * DIMMED), page) >= ENOUGH


@pytest.mark.parametrize("style", [f"color:{GOOD}", f"color:{BAD}", *CODE_INKS.values()])
def test_colours_without_a_theme_can_be_read_on_a_white_page(style: str) -> None:
    """What a notebook that isn't trusted shows: JupyterLab takes every variable away, so the first colour counts."""
    (_, _, first), *_ = [one for one in parts(style) if one[0] == "color"]

    assert contrast(Theme().colour(first), Theme().colour("#f6f8fa")) >= ENOUGH


@pytest.mark.parametrize("ink", [picture.INK, picture.FAINT, picture.BLUE, picture.GREEN, picture.RED, picture.BROWN])
def test_a_picture_brings_its_own_paper(ink: str) -> None:
    """Its words are on white paper, in any theme."""
    assert contrast(Theme().colour(ink), Theme().colour(picture.PAPER)) >= ENOUGH


def test_code_scrolls_and_does_not_wrap() -> None:
    """A long line of code keeps its place; whoever uses a keyboard can reach the end of it too."""
    html = panel("x" * 300)

    assert "white-space:pre;" in html
    assert "overflow-x:auto" in html
    assert 'tabindex="0"' in html
