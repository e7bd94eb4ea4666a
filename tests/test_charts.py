"""Figures of bars: what is marked, shaded, left out and spanned, as plain values that plotly takes."""

import json
from dataclasses import replace

import numpy as np
import plotly.graph_objects as plotly
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from market_samples import OF_BARS, instant, market_of, spoiled, taken, walk

from dq.model import COLUMNS, DAY, HOUR, MINUTE, NO_INSTANT, PRICES, Bars, Finding, Series, Window
from dq.reports.charts.candles import figure
from dq.reports.charts.colours import COLOURS
from dq.reports.charts.condense import MOST
from dq.reports.charts.signs import SYMBOLS

BTC = Series("BTC-USD", MINUTE, "24/7")
NQ = Series("NQ=F", 5 * MINUTE, "CME_Equity")
SPY = Series("SPY", 5 * MINUTE, "XNYS")
HALF = 30_000  # milliseconds of half a bar


def finding(bars, row, last=None, check="price_spike", series=BTC, severity="critical", **told):
    start, end = int(bars.timestamp[row]), int(bars.timestamp[row if last is None else last])
    count = (row if last is None else last) - row + 1
    return Finding(check, severity, series, start, end, count, "Far away.", **told)


def hole(start, end, count, cause="hole", check="missing_bar", series=BTC):
    return Finding(check, "critical", series, int(start), int(end), count, "Bars are missing.", cause=cause)


def drawn(bars, findings=(), series=BTC, market=None, **asked):
    return figure(bars.ordered, market or market_of(bars, series), findings, **asked)


def traces(made, kind, name=None):
    return [one for one in made["data"] if one["type"] == kind and name in {None, one["name"]} and one["x"] != [None]]


def shapes(made, name):
    return [one for one in made["layout"]["shapes"] if one["name"] == name]


def hidden(made):
    return [one["bounds"] for one in made["layout"]["xaxis"]["rangebreaks"]]


def in_sessions(series, start, days):
    """Bars of every slot of the series' sessions in those days."""
    slots = market_of(walk(2, start=start, interval=days * DAY), series).slots
    stamps = slots.timestamps(np.arange(len(slots)))
    stamps = stamps[(stamps >= start) & (stamps < start + days * DAY)]
    bars = walk(len(stamps))
    return Bars(stamps, *(bars.column(name) for name in COLUMNS))


def test_a_distrusted_bar_has_its_colour_its_sign_and_a_band():
    bars = walk(300)
    bars.high[200] += 60
    made = drawn(bars, [finding(bars, 200, columns=("high",))])
    at = int(bars.timestamp[200]) // 1000
    (bad,) = traces(made, "candlestick", "critical bar")
    assert (bad["x"], bad["high"]) == ([at], [bars.high[200]])
    assert at not in traces(made, "candlestick", "bar")[0]["x"]
    (sign,) = traces(made, "scatter", "price spike")
    assert (sign["x"], sign["y"], sign["customdata"]) == ([at], [bars.high[200]], [[0]])
    assert [(one["x0"], one["x1"]) for one in shapes(made, "band")] == [(at - HALF, at + HALF)]


def test_signs_of_one_bar_stand_upon_one_another_and_those_of_lows_below():
    bars = walk(100)
    found = [finding(bars, 50, check="price_jump"), finding(bars, 50, check="split_jump")]
    found.append(finding(bars, 50, columns=("low",)))
    signs = {one["name"]: one["marker"] for one in traces(drawn(bars, found), "scatter")}
    assert sorted(signs[name]["standoff"][0] for name in ("price jump", "split jump")) == [9, 22]
    assert (signs["price spike"]["standoff"], signs["price spike"]["angle"]) == ([9], [0])
    assert signs["price jump"]["angle"] == [180]


def test_a_hole_is_as_wide_as_the_bars_it_lacks_and_has_the_colour_of_its_cause():
    bars = walk(300)
    stamps = bars.timestamp
    kept = taken(bars, np.delete(np.arange(300), [*range(200, 207), 250]))
    found = [hole(stamps[200], stamps[250], 8), hole(stamps[250], stamps[250], 1, "quiet")]
    made = drawn(kept, found, market=market_of(bars))
    wide, narrow = shapes(made, "hole")
    assert (wide["x0"], wide["x1"]) == (stamps[200] / 1000 - HALF, stamps[206] / 1000 + HALF)
    assert narrow["x1"] - narrow["x0"] == 2 * HALF
    assert wide["fillcolor"] != narrow["fillcolor"]
    assert made["layout"]["meta"]["marked"] == 2


def test_one_wild_price_does_not_flatten_the_others():
    bars = walk(300)
    bars.high[200] *= 100
    bars.low[210] = -3.5
    made = drawn(bars, [finding(bars, 200), finding(bars, 210)])
    low, high = made["layout"]["yaxis"]["range"]
    assert high - low < 2 * (np.delete(bars.high, 200).max() - np.delete(bars.low, 210).min())
    (sign,) = traces(made, "scatter", "price spike")
    assert sign["yaxis"] == "y3"
    assert sign["text"] == [f"{bars.high[200]:,.0f}", "-3.5"]
    assert made["layout"]["meta"]["said"] == [f"2 candles reach beyond the axis, as far as {bars.high[200]:,.0f}."]


@pytest.mark.parametrize(
    ("series", "start", "days", "closed"),
    [
        (SPY, "2025-11-24", 5, [["2025-11-24T20:55", "2025-11-25T14:30"], ["2025-11-26T20:55", "2025-11-28T14:30"]]),
        (NQ, "2025-11-24", 3, [["2025-11-24T21:55", "2025-11-24T23:00"]]),
        (Series("0700.HK", 5 * MINUTE, "XHKG"), "2025-11-24", 2, [["2025-11-24T03:55", "2025-11-24T05:00"]]),
    ],
    ids=["nights and a holiday", "the daily pause", "lunch"],
)
def test_closed_hours_are_left_out_but_for_a_sliver(series, start, days, closed):
    bars = in_sessions(series, instant(start), days)
    made = drawn(bars, series=series)
    for last, first in closed:
        ends = [(instant(last) + series.interval) // 1000, (instant(first) - series.interval) // 1000]
        assert ends in hidden(made)
    grey = shapes(made, "closed")
    assert len(grey) == len(hidden(made))
    shown = {one["x1"] - one["x0"] - (b - a) for one, (a, b) in zip(grey, hidden(made), strict=True)}
    assert shown == {series.interval / 1000}


def test_no_bar_is_ever_left_out():
    bars = in_sessions(SPY, instant("2025-11-24"), 3)
    night = np.array([instant("2025-11-25T03:00"), instant("2025-11-25T03:05")])
    more = Bars(np.append(bars.timestamp, night), *(np.append(bars.column(name), [6700.0] * 2) for name in COLUMNS))
    made = drawn(more, series=SPY, market=market_of(bars, SPY))
    xs = [x for one in traces(made, "candlestick") for x in one["x"]]
    assert len(xs) == len(more)
    assert not [x for x in xs if any(a < x < b for a, b in hidden(made))]


def test_a_switch_of_clocks_is_a_line_that_is_seen():
    bars = in_sessions(NQ, instant("2025-10-31T12:00"), 4)
    made = drawn(bars, series=NQ)
    (line,) = shapes(made, "clocks")
    assert [one["text"] for one in made["layout"]["annotations"]] == ["clocks back, Chicago"]
    assert not any(a < line["x0"] < b for a, b in hidden(made))
    assert instant("2025-11-02T07:00") // 1000 < line["x0"] < instant("2025-11-02T23:00") // 1000


def test_a_long_series_is_put_together_without_what_is_distrusted():
    bars = walk(70_000, start=instant("2025-10-01"))
    bars.high[40_000] *= 100
    made = drawn(bars, [finding(bars, 40_000)])
    (candles,) = traces(made, "candlestick")
    assert len(candles["x"]) <= MOST
    assert max(candles["high"]) == np.delete(bars.high, 40_000).max()
    assert made["layout"]["meta"]["said"][0].startswith("70,000 bars put together into candles of ")
    assert len(json.dumps(made)) < 90_000
    near = drawn(bars, [finding(bars, 40_000)], around=(int(bars.timestamp[40_000]),) * 2, margin=40)
    assert sum(len(one["x"]) for one in traces(near, "candlestick")) == 81


def test_longer_candles_hold_the_first_open_the_extremes_the_last_close_and_all_volume():
    bars = walk(2_000, start=instant("2025-11-25"))
    (candles,) = traces(drawn(bars), "candlestick")
    rows = slice(0, 5)
    assert (candles["open"][0], candles["close"][0]) == (bars.open[0], bars.close[4])
    assert (candles["high"][0], candles["low"][0]) == (bars.high[rows].max(), bars.low[rows].min())
    assert traces(drawn(bars), "bar")[0]["y"][0] == bars.volume[rows].sum()


def test_a_bar_beside_the_grid_does_not_make_the_others_narrow():
    bars = walk(100)
    bars.timestamp[50] += 17_000_000
    made = drawn(bars, [finding(bars, 50, check="misaligned_timestamp", severity="warning")])
    (beside,) = traces(made, "ohlc")
    assert beside["x"] == [int(bars.timestamp[50]) // 1000]
    assert min(np.diff(traces(made, "candlestick", "bar")[0]["x"])) == 2 * HALF


def test_a_bar_of_the_far_future_does_not_push_the_others_together():
    bars = walk(200)
    market = market_of(bars)
    bars.timestamp[199] = instant("2062-01-01")
    found = [finding(bars, 199, check="future_bar")]
    made = drawn(bars, found, market=market)
    assert made["layout"]["xaxis"]["range"][1] < instant("2025-11-26") // 1000
    assert made["layout"]["meta"]["unmarked"] == 1
    near = drawn(bars, found, market=market, around=(found[0].start, found[0].end))
    assert near["layout"]["meta"]["marked"] == 1
    assert hidden(near)


def test_the_sign_of_a_bar_without_a_price_stands_half_way_up():
    bars = walk(100)
    for name in ("open", "high", "low", "close"):
        bars.column(name)[50] = np.nan
    (sign,) = traces(drawn(bars, [finding(bars, 50, check="null_price")]), "scatter")
    assert (sign["x"], sign["yaxis"], sign["y"]) == ([int(bars.timestamp[50]) // 1000], "y3", [0.5])


def test_a_very_long_hole_is_folded_where_bars_around_it_are_shown():
    bars = walk(3_000)
    kept = taken(bars, np.r_[0:1_000, 2_500:3_000])
    gap = hole(bars.timestamp[1_000], bars.timestamp[2_499], 1_500)
    made = drawn(kept, [gap], market=market_of(bars), around=(gap.start, gap.end))
    assert made["layout"]["meta"]["said"] == ["1,380 slots in the middle of a hole are left out."]
    assert len(hidden(made)) == 1


def test_times_are_those_of_the_clock_that_was_asked_for():
    bars = walk(50)
    (here,), (there,) = (traces(drawn(bars, zone=zone), "candlestick") for zone in ("UTC", "America/Chicago"))
    assert {a - b for a, b in zip(here["x"], there["x"], strict=True)} == {6 * HOUR // 1000}
    assert drawn(bars, zone="Nowhere/City")["data"] == drawn(bars)["data"]


def test_what_comes_from_outside_is_no_markup():
    bars = walk(50)
    evil = Finding("price_spike", "critical", BTC, *[int(bars.timestamp[20])] * 2, 1, "<b>x</b> & <a href='y'>z</a>")
    made = drawn(bars, [evil], series=Series("<script>&", MINUTE, "24/7"))
    assert "&lt;b&gt;x&lt;/b&gt; &amp;" in traces(made, "scatter")[0]["hovertext"][0]
    assert made["layout"]["title"]["text"] == "&lt;script&gt;&amp; 1m"


def test_each_check_of_bars_has_a_symbol_of_its_own():
    placed = set(OF_BARS) - {"low_completeness"}
    assert placed <= set(SYMBOLS)
    assert len(set(SYMBOLS.values())) == len(SYMBOLS)


def test_another_source_is_a_thin_line_and_the_window_begins_at_a_dotted_one():
    bars = walk(200)
    window = Window(int(bars.timestamp[100]), int(bars.timestamp[-1]) + MINUTE)
    market = replace(market_of(bars, window=window), reference=walk(150, seed=2).ordered)
    made = drawn(bars, market=market)
    (line,) = traces(made, "scatter", "reference")
    assert line["x"] == traces(made, "candlestick")[0]["x"][: 150 - 40]
    (begins,) = shapes(made, "window")
    assert begins["x0"] == (bars.timestamp[100] - market.late) / 1000 - HALF
    assert made["layout"]["meta"]["said"] == ["The window begins at the dotted line."]


def test_plotly_takes_the_figure():
    bars = walk(200)
    shown = plotly.Figure(drawn(bars, [finding(bars, 50), finding(bars, 60, 80, "stuck_price")]))
    assert len(shown.data) >= 5
    assert plotly.Figure(figure(walk(0).ordered, None, [])).layout.meta["said"] == ["There are no bars here."]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.data(), st.booleans())
def test_every_finding_is_marked_or_counted_and_the_figure_is_json(seed, chance, near):
    bars = spoiled(seed)
    ordered, found = bars.ordered, []
    for check in chance.draw(st.lists(st.sampled_from([*SYMBOLS, "low_completeness", "someones_own"]), max_size=8)):
        first = chance.draw(st.integers(0, len(ordered) - 1))
        last = chance.draw(st.integers(first, len(ordered) - 1))
        found.append(finding(ordered, first, last, check, severity=chance.draw(st.sampled_from(["info", "critical"]))))
    found.append(Finding("broken_contract", "warning", BTC, NO_INSTANT, NO_INSTANT, 1, "Unreadable."))
    around = (found[0].start, found[0].end) if near and found[0].start != NO_INSTANT else None
    made = figure(ordered, chance.draw(st.sampled_from([None, market_of(bars)])), found, around=around)
    json.dumps(made, allow_nan=False)
    told = {at for one in traces(made, "scatter") for some in one.get("customdata", ()) for at in some}
    meta = made["layout"]["meta"]
    assert (meta["marked"], meta["unmarked"]) == (len(told), len(found) - len(told))
    if around is None and len(found) < 9:
        placed = {at for at, one in enumerate(found) if one.check not in {"missing_bar", "stale_series"}}
        placed -= {at for at, one in enumerate(found) if one.check == "low_completeness" or one.start == NO_INSTANT}
        assert placed <= told


def test_prices_that_grew_many_times_over_stand_on_a_logarithmic_axis():
    bars = walk(400)
    grown = np.exp(np.linspace(0, np.log(20), 400))
    for name in PRICES:
        bars.column(name)[:] *= grown
    made = drawn(bars)
    low, high = made["layout"]["yaxis"]["range"]
    assert made["layout"]["yaxis"]["type"] == "log"
    assert 10**low < bars.low.min() < 2 * 10**low
    assert bars.high.max() < 10**high < 2 * bars.high.max()
    assert "Prices stand on a logarithmic axis." in made["layout"]["meta"]["said"]
    assert "type" not in drawn(walk(400))["layout"]["yaxis"]


def test_around_one_finding_nobody_is_told_of_others_and_a_sign_has_the_worst_colour():
    bars = walk(400)
    found = [finding(bars, at, severity=severity) for at, severity in ((10, "info"), (200, "critical"), (390, "info"))]
    assert drawn(bars, found, around=(found[0].start, found[0].end))["layout"]["meta"]["said"] == []
    (key,) = [one for one in drawn(bars, found)["data"] if one["type"] == "scatter" and one["x"] == [None]]
    assert key["marker"]["color"] == [COLOURS["critical"]]
