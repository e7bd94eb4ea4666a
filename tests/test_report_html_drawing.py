"""Drawings: what is drawn for a finding, in which places, and between which prices."""

from xml.etree import ElementTree as ET

import numpy as np
import pytest
from html_samples import AT, BTC, hole, lifelike, no_bars, without
from hypothesis import given, settings
from hypothesis import strategies as st

from dq.model import DAY, MINUTE, Finding, Series
from dq.reports.html.drawing import draw
from dq.reports.html.scales import Prices, price_span, price_ticks, time_ticks
from dq.reports.html.stretch import Place, stretch


def spike(bars, row, last=None, series=BTC):
    start, end = int(bars.timestamp[row]), int(bars.timestamp[last or row])
    return Finding("price_spike", "critical", series, start, end, (last or row) - row + 1, "Far away.")


def kinds(places):
    return [(place.kind, place.mark) for place in places]


def test_forty_bars_before_and_after():
    bars = lifelike(BTC).ordered
    drawn = stretch(bars, spike(bars, 100), ()).places
    assert [place.row for place in drawn] == list(range(60, 141))
    assert [place.row for place in drawn if place.mark] == [100]


def test_fewer_where_there_are_fewer():
    bars = lifelike(BTC, count=12).ordered
    assert [place.row for place in stretch(bars, spike(bars, 1), ()).places] == list(range(12))


def test_a_hole_is_as_wide_as_the_bars_it_lacks():
    bars = lifelike(BTC)
    gap = hole(BTC, int(bars.timestamp[200]), 7)
    drawn = stretch(without(bars, np.r_[0:200, 207:300]).ordered, gap, [gap]).places
    assert kinds(drawn) == [("bar", "")] * 40 + [("slot", "critical")] * 7 + [("bar", "")] * 40
    assert np.diff([place.at for place in drawn]).tolist() == [MINUTE] * 86


def test_time_that_nobody_calls_missing_is_one_break():
    bars = lifelike(BTC)
    parted = without(bars, np.r_[0:200, 260:300]).ordered
    drawn = stretch(parted, spike(parted, 190), ()).places
    assert [place.skipped for place in drawn if place.kind == "break"] == [60 * MINUTE]


def test_a_hole_over_a_closed_hour_has_only_its_own_slots():
    bars = lifelike(BTC)
    parted = without(bars, np.r_[0:200, 270:300]).ordered
    start, end = int(bars.timestamp[200]), int(bars.timestamp[269])
    gap = Finding("missing_bar", "warning", BTC, start, end, 10, "10 bars are missing.")
    slots = [place for place in stretch(parted, gap, ()).places if place.kind == "slot"]
    assert len(slots) == 10
    assert {place.at for place in slots} == {None}


def test_a_stale_tail_and_a_lost_beginning_stand_beyond_the_bars():
    bars = lifelike(BTC, end=AT - 8 * MINUTE).ordered
    tail = stretch(bars, hole(BTC, AT - 8 * MINUTE, 8, check="stale_series"), ()).places
    assert kinds(tail) == [("bar", "")] * 40 + [("slot", "critical")] * 8
    head = stretch(bars, hole(BTC, int(bars.timestamp[0]) - 3 * MINUTE, 3), ()).places
    assert kinds(head) == [("slot", "critical")] * 3 + [("bar", "")] * 40


def test_what_is_too_long_is_shortened_aloud():
    bars = lifelike(BTC, count=1000)
    long = stretch(bars.ordered, spike(bars, 200, 699), ())
    assert [place.skipped for place in long.places if place.kind == "cut"] == [380]
    assert long.said == ("380 bars in the middle of it are not drawn.",)
    gap = hole(BTC, int(bars.timestamp[200]), 600)
    wide = stretch(without(bars, np.r_[0:200, 800:1000]).ordered, gap, ())
    assert sum(place.kind == "slot" for place in wide.places) == 120
    assert wide.said == ("This hole is drawn too narrow: 480 more slots have no bar.",)


def test_other_findings_nearby_are_marked_too():
    bars = lifelike(BTC).ordered
    near, far = spike(bars, 110), spike(bars, 10)
    drawn = stretch(bars, spike(bars, 100), [near, far]).places
    assert [(place.row, place.own) for place in drawn if place.mark] == [(100, True), (110, False)]


def test_a_finding_beyond_all_bars_does_not_fail():
    bars = lifelike(BTC, count=5).ordered
    for start in (0, 2**62):
        assert stretch(bars, hole(BTC, start, 2), ()).places
    assert kinds(stretch(no_bars(), hole(BTC, AT, 2), ()).places) == [("slot", "critical")] * 2


def test_a_spike_does_not_squash_its_neighbours():
    bars = lifelike(BTC, price=100.0)
    bars.high[150] = 1e6
    bars.low[160] = -37.63
    drawn = draw(bars.ordered, stretch(bars.ordered, spike(bars, 150), [spike(bars, 160)]).places, "Bars")
    assert "▲ 1,000,000<" in drawn.plot
    assert "▼ -37.63<" in drawn.plot
    assert drawn.said == ("The axis keeps to the neighbours: 2 bars reach beyond it, as far as 1,000,000.",)
    levels = [float(text.replace(",", "")) for text in ET.fromstring(drawn.axis).itertext() if text != "UTC"]
    assert max(levels) - min(levels) < 2


def test_a_distrusted_bar_near_its_neighbours_is_drawn_whole():
    bars = lifelike(BTC, price=100.0)
    drawn = draw(bars.ordered, stretch(bars.ordered, spike(bars, 150), ()).places, "Bars")
    assert drawn.said == ()
    assert "▲" not in drawn.plot


def test_tooltips_hold_the_exact_values():
    bars = lifelike(BTC)
    bars.high[150] = 21000.249999999996
    drawn = draw(bars.ordered, stretch(bars.ordered, spike(bars, 150), ()).places, "Bars")
    assert "H 21,000.249999999996 " in drawn.plot
    assert ": price spike</title>" in drawn.plot


def test_bars_without_a_price_are_a_question_mark():
    bars = lifelike(BTC)
    for name in ("open", "high", "low", "close"):
        bars.column(name)[150] = np.nan
    bars.close[152] = np.inf
    plot = draw(bars.ordered, stretch(bars.ordered, spike(bars, 150), ()).places, "Bars").plot
    assert plot.count(">?</text>") == 1
    assert "O no value H no value" in plot


def test_nothing_to_draw_without_any_price():
    assert draw(no_bars(), [Place("slot", AT, mark="critical")], "Bars") is None


def test_the_label_is_escaped_and_the_markets_clock_stands_below():
    bars = lifelike(BTC).ordered
    drawn = draw(bars, stretch(bars, spike(bars, 200), ()).places, '"><script>', "America/Chicago")
    assert "<script>" not in drawn.plot
    assert "Chicago" in drawn.axis
    assert ET.fromstring(drawn.plot).attrib["aria-label"] == '"><script>'


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True, width=64), min_size=1, max_size=40),
    st.lists(st.integers(0, 3), min_size=40, max_size=40),
)
def test_any_prices_make_a_drawing_that_is_well_formed(prices, gaps):
    bars = lifelike(BTC, count=len(prices))
    for name in ("open", "high", "low", "close", "volume"):
        bars.column(name)[:] = prices
    np.copyto(bars.timestamp, AT + MINUTE * np.cumsum(np.array(gaps[: len(prices)], np.int64) + 1))
    shown = stretch(bars.ordered, spike(bars, len(prices) // 2), ())
    drawn = draw(bars.ordered, shown.places, "Bars", "Asia/Tokyo")
    if drawn:
        assert ET.fromstring(drawn.plot).tag == "svg"
        assert "nan" not in drawn.plot.lower()
        assert "inf" not in drawn.axis.lower()


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0.94, 1.21, ["1.0", "1.1", "1.2"]),
        (20_990, 21_012, ["20,990", "20,995", "21,000", "21,005", "21,010"]),
        (-2, 3, ["-2", "-1", "0", "1", "2", "3"]),
        (1.08501, 1.08549, ["1.0851", "1.0852", "1.0853", "1.0854"]),
    ],
)
def test_round_prices_beside_the_axis(low, high, texts):
    assert [text for _, text in price_ticks(Prices(low, high))] == texts


def test_flat_prices_have_a_span():
    flat = np.full(20, 1.08512)
    span = price_span(flat, flat, [False] * 20)
    assert span.bottom < 1.08512 < span.top
    assert price_span(np.full(3, np.nan), np.full(3, np.nan), [False] * 3) is None


@pytest.mark.parametrize(("interval", "count"), [(MINUTE, 80), (5 * MINUTE, 81), (DAY, 80), (7 * DAY, 60), (MINUTE, 3)])
def test_few_times_and_far_enough_apart(interval, count):
    places = [Place("bar", AT // DAY * DAY + number * interval, number) for number in range(count)]
    ticks = time_ticks(places)
    assert 1 <= len(ticks) <= 6
    assert len(ticks) < 2 or min(np.diff(ticks)) >= count / 6 * 0.75


def test_daily_bars_are_labelled_by_date():
    daily = Series("SPY", DAY, "XNYS")
    bars = lifelike(daily, end=AT // DAY * DAY).ordered
    drawn = draw(bars, stretch(bars, spike(bars, 200, series=daily), ()).places, "Bars", "America/New_York")
    assert " Dec<" in drawn.plot
    assert "New York" not in drawn.axis
