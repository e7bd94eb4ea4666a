"""Coverage: every slot owed is counted once, in the stretch that it belongs to, with the cause that its finding gives."""

import numpy as np
import pytest
from market_samples import instant, market_of, taken, walk

from dq.model import DAY, HOUR, MINUTE, Finding, Series, Window
from dq.reports.coverage import STEPS, coverage, step_of

CRYPTO = Series("BTC-USD", MINUTE, "24/7")
START = instant("2025-11-25T10:30")


def hole(start, end, count, cause):
    return Finding("missing_bar", "warning", CRYPTO, start, end, count, "Bars are missing.", cause=cause)


def test_hours_count_what_was_owed_is_there_and_why_the_rest_is_not():
    whole = walk(150, start=START)
    bars = taken(whole, np.delete(np.arange(150), [40, 41, 42, 100, 120]))
    stamps = whole.timestamp
    found = [
        hole(int(stamps[40]), int(stamps[120]), 5, "hole"),  # the rest, told as one
        hole(int(stamps[40]), int(stamps[42]), 3, "outage"),
        hole(int(stamps[100]), int(stamps[100]), 1, "quiet"),
    ]
    shown = coverage(market_of(whole), bars.ordered, found, "hour")
    assert shown.starts.tolist() == [instant(f"2025-11-25T{hour}:00") for hour in (10, 11, 12)]
    assert shown.owed.tolist() == [30, 60, 60]
    assert shown.present.tolist() == [30, 57, 58]
    assert {cause: counts.tolist() for cause, counts in shown.missing.items()} == {
        "outage": [0, 3, 0],
        "quiet": [0, 0, 1],
        "hole": [0, 0, 1],
    }


def test_bars_outside_the_slots_the_window_and_the_order_change_nothing():
    whole = walk(120, start=instant("2025-11-25T10:00"))
    market = market_of(whole, window=Window(instant("2025-11-25T10:30"), instant("2025-11-25T11:30")))
    shuffled = taken(whole, np.random.default_rng(3).permutation(120))
    shown = coverage(market, shuffled.ordered, [], "hour")
    assert (shown.owed.sum(), shown.present.sum()) == (market.last_slot - market.first_slot,) * 2
    assert not shown.missing


def test_days_are_those_of_the_sessions_so_that_sunday_evening_is_monday():
    sunday = instant("2025-11-23T23:00")  # CME opens on Sunday at 17:00 Chicago for Monday's session
    bars = walk(23 * 12, start=sunday, interval=5 * MINUTE)
    shown = coverage(market_of(bars, Series("NQ=F", 5 * MINUTE, "CME_Equity")), bars.ordered, [], "day")
    assert shown.starts.tolist() == [instant("2025-11-24")]
    assert shown.owed.tolist() == shown.present.tolist() == [276]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("interval", [HOUR, DAY])
def test_whatever_the_stretch_all_slots_are_counted(step, interval):
    bars = walk(120, start=instant("2025-11-03"), interval=interval)
    market = market_of(bars, Series("BTC-USD", interval, "24/7"))
    shown = coverage(market, taken(bars, np.arange(0, 120, 2)).ordered, [], step)
    assert shown.owed.sum() == market.last_slot - market.first_slot == 120
    assert shown.present.sum() == 60
    assert shown.missing["unknown"].sum() == 60
    assert (np.diff(shown.starts) > 0).all()


def test_a_series_of_which_nothing_was_owed_is_empty():
    bars = walk(10, start=instant("2025-11-22T12:00"))
    shown = coverage(market_of(bars, Series("AAPL", MINUTE, "XNYS")), bars.ordered, [], "hour")
    assert len(shown.starts) == len(shown.owed) == 0


@pytest.mark.parametrize(
    ("days", "step"), [(1 / 24, "hour"), (3, "hour"), (4, "day"), (110, "day"), (365, "week"), (3650, "month")]
)
def test_a_window_is_cut_into_at_most_a_hundred_and_some_stretches(days, step):
    assert step_of(Window(0, int(days * DAY))) == step
