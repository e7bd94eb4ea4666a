"""The demo's bars are lifelike and their own: the same instant gives the same story, on any day of the year."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dq.calendars import sessions
from dq.demo import alarms, differences, story
from dq.demo.instruments import INSTRUMENTS
from dq.demo.trading import last_open_hour, minutes, trading
from dq.demo.walk import span, walk
from dq.model import COLUMNS, DAY, HOUR, MINUTE, Halt, Sessions, instant_text


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


def instant(text):
    return int(np.datetime64(text, "us").astype(np.int64))


WEDNESDAY = instant("2026-03-04T15:20")
ODD_HOURS = {
    "sunday": instant("2026-03-08T15:00"),
    "maintenance": instant("2026-03-04T22:30"),
    "just reopened": instant("2026-03-04T23:20"),
    "thanksgiving": instant("2025-11-27T19:00"),
    "new york falls back": instant("2026-11-01T23:30"),
    "london springs forward": instant("2026-03-29T22:40"),
    "stocks just closed": instant("2026-03-04T21:30"),
    "new year": instant("2026-01-01T03:00"),
}


def walked(instrument, as_of, cache):
    return walk(instrument, sessions(instrument.calendar, *span(as_of), cache=cache), as_of)


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda one: one.name)
def test_bars_are_lifelike(instrument, cache):
    bars = walked(instrument, WEDNESDAY, cache)
    assert (bars.high >= np.maximum(bars.open, bars.close)).all()
    assert (bars.low <= np.minimum(bars.open, bars.close)).all()
    for name in COLUMNS[:4]:
        ticks = bars.column(name) / instrument.tick
        assert np.abs(ticks - np.round(ticks)).max() < 1e-4
        assert (bars.column(name) > 0).all()
    assert (bars.volume == np.round(bars.volume)).all()
    assert (bars.volume == 0).all() if instrument.volume == 0 else (bars.volume >= 1).all()


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda one: one.name)
def test_no_move_is_a_false_alarm_and_volatility_comes_in_clusters(instrument, cache):
    bars = walked(instrument, WEDNESDAY, cache)
    within = np.diff(bars.timestamp) == MINUTE
    moves = np.where(within, np.abs(np.diff(np.log(bars.close))), 0.0)
    local = 1.4826 * np.median(np.lib.stride_tricks.sliding_window_view(moves, 201), axis=1)
    assert (moves[100:-100] / local).max() < 16
    seam = np.abs(bars.open[1:] - bars.close[:-1])[within]
    assert seam.max() < 8 * np.median(bars.high - bars.low)
    hourly = moves[: len(moves) // 60 * 60].reshape(-1, 60).mean(axis=1)
    assert np.corrcoef(hourly[1:], hourly[:-1])[0, 1] > 0.2


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda one: one.name)
def test_bars_fill_their_sessions_and_nothing_else(instrument, cache):
    market = sessions(instrument.calendar, *span(WEDNESDAY), cache=cache)
    bars = walk(instrument, market, WEDNESDAY)
    assert market.contain(bars.timestamp).all()
    owed = minutes(trading(market))
    assert np.array_equal(bars.timestamp, owed[owed <= WEDNESDAY - 2 * MINUTE])
    assert bars.timestamp[0] >= WEDNESDAY - 31 * DAY


def test_an_earlier_instant_of_the_day_sees_the_same_bars_so_far(cache):
    early, late = (walked(INSTRUMENTS[0], WEDNESDAY + shift, cache) for shift in (0, 3 * HOUR))
    assert len(early) < len(late)
    for name in COLUMNS:
        assert np.array_equal(early.column(name), late.column(name)[: len(early)])


def test_another_instrument_and_another_day_see_other_bars(cache):
    first, second = walked(INSTRUMENTS[0], WEDNESDAY, cache), walked(INSTRUMENTS[0], WEDNESDAY + DAY, cache)
    assert first.close[-1] != second.close[len(first) - 1]
    nasdaq, sp = (walked(one, WEDNESDAY, cache) for one in INSTRUMENTS[:2])
    assert np.corrcoef(np.diff(nasdaq.close), np.diff(sp.close))[0, 1] < 0.1


def test_bitcoin_has_a_hole_a_duplicate_and_a_spike_in_the_last_hour(cache):
    for as_of in (WEDNESDAY, *ODD_HOURS.values()):
        first = story(as_of, cache).chapters[0]
        found = {finding.check for name, finding in first.expected if name == "BTC-USD"}
        assert found == {"missing_bar", "duplicate_timestamp", "price_spike", "low_completeness"}
        assert first.at == as_of


@settings(max_examples=6, deadline=None)
@given(
    st.integers(instant("2024-06-01") // MINUTE, instant("2027-12-31") // MINUTE).map(lambda minute: minute * MINUTE)
)
def test_every_instant_has_a_story_whose_defects_show_in_one_run_each(tmp_path_factory, as_of):
    cache = tmp_path_factory.getbasetemp() / "stories"
    told = story(as_of, cache)
    assert 1 <= len(told.chapters) <= 2
    assert sorted(name for chapter in told.chapters for name in chapter.instruments) == sorted(told.bars)
    hours = {name: chapter.at for chapter in told.chapters for name in chapter.instruments}
    for chapter in told.chapters:
        assert {name for name, _ in chapter.expected} == set(chapter.instruments)
        for name, finding in chapter.expected:
            assert hours[name] - HOUR - 3 * MINUTE <= finding.start <= finding.end < hours[name] - 2 * MINUTE
    assert all(chapter.at <= as_of - HOUR - 5 * MINUTE for chapter in told.chapters[1:])


@pytest.mark.parametrize("as_of", ODD_HOURS.values(), ids=ODD_HOURS)
def test_closed_markets_have_their_defects_in_an_hour_in_which_they_traded(as_of, cache):
    _, earlier = story(as_of, cache).chapters
    assert "AAPL" in earlier.instruments
    for one in INSTRUMENTS:
        if one.name in earlier.instruments:
            market = sessions(one.calendar, *span(as_of), cache=cache)
            assert market.contain(np.arange(earlier.at - HOUR, earlier.at, MINUTE)).all()


def test_the_story_is_the_same_when_told_again(cache):
    one, other = story(WEDNESDAY, cache), story(WEDNESDAY, cache)
    assert one.chapters == other.chapters
    for name, bars in one.bars.items():
        for column in COLUMNS:
            assert np.array_equal(bars.column(column), other.bars[name].column(column), equal_nan=True)


def test_trading_joins_what_does_not_stop_and_cuts_halts_out():
    opens, closes = np.array([0, 100, 300]), np.array([100, 200, 400])
    days = np.arange(3)
    halts = (Halt(120, 150, "a halt"), Halt(290, 310, "another"), Halt(390, 500, "till the end"))
    stretches = trading(Sessions(opens, closes, days, 0, 1000, halts=halts))
    assert list(zip(stretches.opens.tolist(), stretches.closes.tolist(), strict=True)) == [
        (0, 120),
        (150, 200),
        (310, 390),
    ]


def test_the_last_open_hour_is_one_that_all_markets_share():
    def market(*hours):
        opens = np.array([start * HOUR for start, _ in hours])
        closes = np.array([stop * HOUR for _, stop in hours])
        return Sessions(opens, closes, np.arange(len(hours)), 0, 100 * HOUR)

    morning, evening, never = market((2, 6), (26, 30)), market((5, 9), (29, 33), (40, 41)), market((12, 14))
    assert last_open_hour([morning, evening], 50 * HOUR) == 30 * HOUR
    assert last_open_hour([morning, evening], 29 * HOUR + 30 * MINUTE) == 6 * HOUR
    assert last_open_hour([morning], 5 * HOUR) == 5 * HOUR
    assert last_open_hour([morning, never], 50 * HOUR) is None


def as_report(chapter, severity="critical"):
    return {
        "findings": [
            {
                "check": one.check,
                "severity": severity,
                "instrument": name,
                "start": instant_text(one.start),
                "end": instant_text(one.end),
                "count": one.count,
            }
            for name, one in chapter.expected
        ]
    }


def test_a_comparison_tells_what_is_absent_and_what_is_too_much(cache):
    chapter = story(WEDNESDAY, cache).chapters[0]
    report = as_report(chapter)
    assert differences(chapter, alarms(report)) == ()
    assert alarms(as_report(chapter, "info")) == []
    report["findings"][0]["count"] += 1
    absent, extra = differences(chapter, alarms(report))
    assert absent.startswith("not found: NQ=F missing_bar, 12 from 2026-03-04T14:40:00Z")
    assert extra.startswith("found, but not put in: NQ=F missing_bar, 13 from")
