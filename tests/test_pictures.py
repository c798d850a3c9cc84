"""Pictures are the same every time, wide enough, and say in words what they show."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table

from workbook.pictures import bars, er_diagram, histograms, layers, timeline
from workbook.pictures.histograms import BINS, counted
from workbook.pictures.lanes import Arrow, Drawing, Event
from workbook.pictures.picture import DENSITY, Picture, width_of, wrapped
from workbook.pictures.timeline import Timeline

pytestmark = pytest.mark.xdist_group("pictures")


def visibility() -> Timeline:
    drawn = timeline("Who sees the row", ["connection A", "connection B"])
    drawn.span("connection A", 1, 3, "transaction").event("connection A", 1, "INSERT")
    drawn.span("connection B", 1, 3, kind="blind").event("connection B", 2, "SELECT: no row", "✗")
    drawn.event("connection A", 3, "COMMIT", "✓").span("connection B", 4, 5, kind="waits")
    return drawn.arrow(("connection A", 3), ("connection B", 4), "the row")


def shop() -> MetaData:
    metadata = MetaData()
    Table("customer", metadata, Column("id", Integer, primary_key=True), Column("email", String(50), unique=True))
    Table(
        "purchase",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("buyer_id", ForeignKey("customer.id"), nullable=False),
        Column("parent_id", ForeignKey("purchase.id")),
    )
    return metadata


DRAWN: dict[str, Callable[[], Picture]] = {
    "timeline": lambda: visibility().picture(),
    "er-diagram": lambda: er_diagram(shop(), "A shop"),
    "layers": lambda: layers([("route", "HTTP"), ("session", "remembers")], "A sandwich", mark="session"),
    "bars": lambda: bars({"slow": 35.0, "quick": 1.1}, "Cost", unit="ms", log=True, ratio_to="quick", mark="quick"),
    "histograms": lambda: histograms(
        {"known": [9, 10, 11], "unknown": [1, 1, 2]}, "A login", unit="ms", mark="unknown"
    ),
}


@pytest.fixture(scope="module", params=[pytest.param(draw, id=name) for name, draw in DRAWN.items()])
def pair(request: pytest.FixtureRequest) -> tuple[Picture, Picture]:
    """The same picture, drawn twice."""
    return request.param(), request.param()


def test_a_picture_is_the_same_every_time(pair: tuple[Picture, Picture]) -> None:
    """The same calls give the same bytes, so that a notebook is the same file."""
    assert pair[0].png == pair[1].png


def test_a_picture_is_sharp_at_its_width(pair: tuple[Picture, Picture]) -> None:
    """The image has more pixels than it is shown with."""
    (pixels,) = struct.unpack(">I", pair[0].png[16:20])

    assert pixels == pair[0].width * DENSITY


def test_a_picture_has_a_text_alternative(pair: tuple[Picture, Picture]) -> None:
    """A notebook gets the image with its width, and the words."""
    data, metadata = pair[0]._repr_mimebundle_()

    assert data == {"image/png": pair[0].png, "text/plain": repr(pair[0])}
    assert metadata == {"image/png": {"width": pair[0].width}}


def test_a_timeline_is_told_in_order() -> None:
    """What happens is told by moment: beginnings, then events, then ends."""
    assert repr(visibility()).splitlines() == [
        "Timeline: Who sees the row",
        "  1. connection A: transaction begins",
        "  2. connection B: sees nothing begins",
        "  3. connection A: INSERT",
        "  4. connection B: ✗ SELECT: no row",
        "  5. connection A: ✓ COMMIT",
        "  6. connection A → connection B: the row",
        "  7. connection A: transaction ends",
        "  8. connection B: sees nothing ends",
        "  9. connection B: waits begins",
        " 10. connection B: waits ends",
    ]


@pytest.mark.parametrize("lane", ["connection", "connection C", "B"], ids=["two-lanes", "unknown", "not-the-beginning"])
def test_a_timeline_wants_one_lane(lane: str) -> None:
    """A lane that cannot be told is refused where it is named."""
    with pytest.raises(ValueError, match="names no single lane"):
        visibility().event(lane, 1, "INSERT")


def test_an_arrow_ends_beside_the_label_that_it_comes_to() -> None:
    """From the right, it ends where the label ends; from the left, at the bar."""
    label = "has the row"
    drawn = Drawing("", ["a", "b", "c"], [Event(1, 1, label, "")], [], [])

    back = drawn.reach(Arrow((2, 0), (1, 1), ""))
    there = drawn.reach(Arrow((0, 0), (1, 1), ""))

    assert back[1] > there[1] + width_of(label)


@pytest.mark.parametrize("rows", [4, 6])
def test_layers_keep_to_half_a_screen(rows: int) -> None:
    """A layer whose sentence fits is one line high, and there is room for a sentence."""
    picture = layers([("session", "UserCreate, UserRead: what goes over the wire")] * rows, "A sandwich")
    (height,) = struct.unpack(">I", picture.png[20:24])

    assert height / DENSITY <= 100 + 84 * rows


def test_an_er_diagram_tells_columns_and_relations() -> None:
    """Types, keys, uniqueness and NULL in words."""
    assert repr(er_diagram(shop(), "A shop")).splitlines() == [
        "Tables: A shop",
        "  customer",
        "    id INTEGER, PK",
        "    email VARCHAR(50), unique NULL",
        "  purchase",
        "    id INTEGER, PK",
        "    buyer_id INTEGER, FK → customer.id",
        "    parent_id INTEGER, FK NULL → purchase.id",
    ]


def test_bars_tell_values_and_ratios() -> None:
    """Two significant digits, and how many times the named one."""
    assert repr(DRAWN["bars"]()).splitlines() == ["Bars: Cost", "slow: 35 ms  (32\u00d7)", "quick: 1.1 ms  (1\u00d7)"]


@pytest.mark.parametrize(
    ("value", "told"),
    [(0.0581, "0.058"), (12345.0, "12,000"), (0.0, "0"), (9.96, "10.0"), (100.0, "100")],
    ids=["small", "large", "zero", "rounded-up", "hundred"],
)
def test_bars_round_to_what_counts(value: float, told: str) -> None:
    """Never an exponent, never more digits than were measured."""
    assert repr(bars({"a": value})) == f"Bars:\na: {told}"


def test_bars_show_figures_that_agree_with_their_ratios() -> None:
    """Who divides the one figure by the other gets the ratio that stands beside them."""
    drawn = bars({"savepoint": 10.6, "delete": 12.4, "template": 106.0}, unit="ms", ratio_to="savepoint")

    assert repr(drawn).splitlines()[1:] == [
        "savepoint: 10.6 ms  (1\u00d7)",
        "delete: 12.4 ms  (1.2\u00d7)",
        "template: 106 ms  (10\u00d7)",
    ]


@pytest.mark.parametrize(
    ("how", "told"),
    [({}, "b: ≈ 0 ms"), ({"log": True}, "b: 0.012 ms"), ({"ratio_to": "b"}, "b: 0.012 ms  (1\u00d7)")],
    ids=["plain", "logarithmic", "base"],
)
def test_bars_show_next_to_nothing_as_such(how: dict[str, Any], told: str) -> None:
    """Below a thousandth of the largest nobody sees a bar, unless the axis or the ratios are about it."""
    assert repr(bars({"a": 60.0, "b": 0.012}, unit="ms", **how)).splitlines()[-1] == told


def test_bars_have_no_logarithm_of_nothing() -> None:
    """A zero on a logarithmic axis is refused."""
    with pytest.raises(ValueError, match="no place for zero"):
        bars({"a": 0.0, "b": 1.0}, log=True)


def test_histograms_tell_median_and_range() -> None:
    """Words say where each sample lies, as the picture does."""
    assert repr(DRAWN["histograms"]()).splitlines() == [
        "Histograms: A login",
        "known: median 10 ms, 9 to 11 ms",
        "unknown: median 1 ms, 1 to 2 ms",
    ]


def test_a_histogram_counts_every_value_once() -> None:
    """The largest value belongs to the last bin, zero to the first."""
    counts = counted([0, 5, 10, 10], 10)

    assert (counts[0], counts[BINS // 2], counts[-1], sum(counts)) == (1, 1, 2, 4)


def test_long_labels_are_wrapped() -> None:
    """Every line keeps to its width; no word is lost."""
    text = "INSERT INTO test (num, data) VALUES (100, 'a long piece of text')"
    lines = wrapped(text, 2.0)

    assert max(map(width_of, lines)) <= 2.0
    assert " ".join(lines) == text
