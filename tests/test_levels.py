"""Levels that change: other units, splits, splices and real moves."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from market_samples import AROUND_THE_CLOCK, answers, instant, market_of, taken, walk

from dq.calendars import sessions
from dq.examine import Question
from dq.explain.nights import learn_nights
from dq.levels import allowed, closures, in_roll_week, looks_scaled, nearest_split
from dq.levels.peeling import edges, peel
from dq.model import CAUSES, DAY, HOUR, MINUTE, PRICES, Bars, Series, Window

ASKED = tuple(Question(name) for name in ("scale_error", "split_jump", "price_jump"))
STOCK = Series("ABC", DAY, "XNYS")
SEED = st.integers(0, 10**6)


def trials(count):
    return settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def scaled(bars, rows, factor):
    columns = {name: bars.column(name).copy() for name in PRICES}
    for column in columns.values():
        column[rows] *= factor
    return replace(bars, **columns)


def daily(count, seed=1, night=0.005):
    """Days of a stock, each opening a little away from the last close."""
    random = np.random.default_rng(seed)
    moves, nights = random.normal(0, 0.008, count), random.normal(0, night, count)
    close = 100 * np.exp(np.cumsum(moves + nights))
    opens = close * np.exp(-moves)
    high = np.maximum(opens, close) * np.exp(np.abs(random.normal(0, 0.004, count)))
    low = np.minimum(opens, close) * np.exp(-np.abs(random.normal(0, 0.004, count)))
    days = sessions("XNYS", instant("2024-01-02"), instant("2024-01-02") + 2 * count * DAY).day[:count]
    return Bars(days * DAY, opens, high, low, close, random.integers(1, 1000, count).astype(float))


def told(bars, series=AROUND_THE_CLOCK, **market):
    """(check, cause, first row, last row, count) of all that the three checks say."""
    rows = {int(stamp): row for row, stamp in enumerate(np.unique(bars.timestamp))}
    found = []
    for name, answer in answers(bars, market_of(bars, series, **market), ASKED).items():
        columns = (answer.suspects[one].tolist() for one in ("cause", "start", "end", "count"))
        found += [(name, CAUSES[cause], rows[a], rows[b], n) for cause, a, b, n in zip(*columns, strict=True)]
    return sorted(found)


@pytest.mark.parametrize("factor", [0.001, 0.01, 0.1, 10, 100, 1000])
@pytest.mark.parametrize(("start", "stop"), [(40, 41), (40, 60), (0, 90), (250, 300), (100, 200)])
def test_a_block_in_another_unit_is_distrusted_as_a_whole(factor, start, stop):
    bars = scaled(walk(300), slice(start, stop), factor)
    assert told(bars) == [("scale_error", "", start, stop - 1, stop - start)]


def test_a_block_of_thousands_is_one_range():
    bars = scaled(walk(200_000, price=50_000.0), slice(60_000, 135_000), 100)
    assert told(bars) == [("scale_error", "", 60_000, 134_999, 75_000)]


def test_of_two_levels_that_both_last_only_the_change_is_told():
    assert told(scaled(walk(300), slice(150, 300), 100)) == [("scale_error", "stays", 150, 150, 1)]


def test_years_are_not_distrusted_for_a_unit_that_changed():
    bars = scaled(daily(1500), slice(1200, 1500), 100)
    assert told(bars, STOCK) == [("price_jump", "traded", 1200, 1200, 1), ("scale_error", "stays", 1200, 1200, 1)]


def test_the_level_at_which_bars_traded_is_the_right_one():
    bars = replace(walk(300), volume=np.where(np.arange(300) // 10 % 2, 5.0, 0.0))
    blocks = [(first, first + 10) for first in range(0, 300, 20)]
    for first, stop in blocks:
        bars = scaled(bars, slice(first, stop), 0.01)
    assert told(bars) == [("scale_error", "", first, stop - 1, 10) for first, stop in blocks]


def test_a_close_alone_is_no_level():
    bars = walk(300)
    close, high = bars.close.copy(), bars.high.copy()
    close[50] *= 100
    high[50] = close[50]
    assert told(replace(bars, close=close, high=high)) == []


@trials(25)
@given(SEED, st.integers(1, 60), st.sampled_from([0.01, 0.1, 100]), st.integers(-8, 8), st.booleans())
def test_neither_the_unit_nor_the_order_of_rows_matters(seed, length, factor, power, jumps):
    random = np.random.default_rng(seed)
    bars = walk(400, seed)
    start = int(random.integers(1, 330))
    bars = scaled(bars, slice(start, start + length), factor)
    if jumps:
        lift = np.where(np.arange(400) >= 200, 500.0, 0.0)
        bars = replace(bars, **{name: bars.column(name) + lift for name in PRICES})
    other = scaled(bars, slice(None), 2.0**power)
    assert told(bars) == told(taken(other, random.permutation(400)))


@trials(25)
@given(SEED, st.sampled_from([2, 3, 4, 7, 10, 0.5, 0.1, 1 / 20, 1.5]), st.integers(0, 10**6))
def test_a_split_is_told_once_at_its_first_bar(seed, ratio, where):
    place = 60 + where % 100
    bars = daily(200, seed, night=0.002)
    found = told(scaled(bars, slice(place, 200), 1 / ratio), STOCK)
    assert [one for one in found if one[0] != "price_jump"] == [("split_jump", "", place, place, 1)]


@trials(25)
@given(SEED)
def test_a_calm_stock_makes_no_findings(seed):
    assert told(daily(250, seed), STOCK) == []


@pytest.mark.parametrize("fall", [0.71, 0.57, 0.45, 0.88])
def test_a_fall_that_is_no_ratio_of_a_split_is_a_note(fall):
    found = told(scaled(daily(200), slice(100, 200), fall), STOCK)
    assert {one[:2] for one in found} <= {("price_jump", "traded")}


def test_unadjusted_bars_at_the_beginning_are_distrusted_with_the_first_after():
    bars = scaled(daily(100), slice(0, 20), 5)
    assert ("split_jump", "", 0, 20, 21) in told(bars, STOCK)


def test_what_stands_before_the_window_is_not_called_unadjusted():
    bars = scaled(daily(100), slice(0, 20), 5)
    window = Window(int(bars.timestamp[10]), int(bars.timestamp[-1]) + DAY)
    assert ("split_jump", "", 20, 20, 1) in told(bars, STOCK, window=window)


def test_a_splice_is_a_gap_without_time_and_a_roll_where_one_is_due():
    bars = walk(300, start=instant("2025-12-15T15:00"))
    lift = np.where(np.arange(300) >= 100, 90.0, 0.0)
    bars = replace(bars, **{name: bars.column(name) + lift for name in PRICES})
    future = Series("NQ=F", MINUTE, "CME_Equity")
    assert told(bars, future) == [("price_jump", "splice", 100, 100, 1)]
    assert told(bars, replace(future, continuous=True)) == [("price_jump", "roll", 100, 100, 1)]


@pytest.mark.parametrize("idle", [True, False])
def test_where_the_market_had_time_a_gap_is_no_splice(idle):
    bars = walk(300)
    lift = np.where(np.arange(300) >= 100, 300.0, 0.0)
    bars = replace(bars, **{name: bars.column(name) + lift for name in PRICES})
    if idle:  # filled forward while it stood still
        still = {name: np.where(np.arange(300) == 99, bars.close[98], bars.column(name)) for name in PRICES}
        bars = replace(bars, **still, volume=np.where(np.arange(300) == 99, 0.0, bars.volume))
        assert told(bars) == [("price_jump", "traded", 100, 100, 1)]
    else:
        kept = np.delete(np.arange(300), np.arange(97, 100))
        assert told(taken(bars, kept)) == [("price_jump", "traded", 97, 97, 1)]


def test_a_book_whose_opens_leap_by_habit_has_no_splices():
    random = np.random.default_rng(3)
    bars = walk(300)
    leaps = np.cumsum(np.where(random.random(300) < 0.1, random.choice([-90.0, 90.0], 300), 0.0)) + 3000
    bars = replace(bars, **{name: bars.column(name) + leaps for name in PRICES})
    assert [one for one in told(bars) if one[1] == "splice"] == []


def test_a_spread_around_zero_has_no_scale():
    random = np.random.default_rng(4)
    close = np.round(np.cumsum(random.normal(0, 0.3, 400)), 1)
    opens = np.append(0.0, close[:-1])
    spread = Bars(walk(400).timestamp, opens, np.maximum(opens, close), np.minimum(opens, close), close, np.ones(400))
    assert told(spread, replace(AROUND_THE_CLOCK, allow_non_positive=True)) == []


def test_a_stock_of_one_tick_has_no_scale():
    random = np.random.default_rng(5)
    ticks = random.choice([1.0, 2.0, 3.0, 12.0], 400, p=[0.5, 0.3, 0.15, 0.05])
    close = 0.0001 * ticks
    opens = np.append(close[:1], close[:-1])
    penny = Bars(daily(400).timestamp, opens, np.maximum(opens, close), np.minimum(opens, close), close, np.ones(400))
    assert [one for one in told(penny, STOCK) if one[0] != "price_jump"] == []


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10])
def test_few_bars_are_no_nonsense(count):
    bars = daily(count)
    found = answers(bars, market_of(bars, STOCK), ASKED)
    assert all(len(one.suspects) == 0 for one in found.values())
    assert (found["split_jump"].reason is None) == (count > 6)


def test_what_never_closes_has_no_splits_and_says_so():
    bars = walk(30)
    assert "never closes" in answers(bars, market_of(bars), ASKED)["split_jump"].reason


def test_peeling_takes_off_what_lies_between_and_leaves_what_stays():
    level = np.array([0, 2, 0, 2, 4, 2])
    home, alive = peel(level, np.array([500, 20, 500, 400, 30, 400]))
    assert home.tolist() == [0, 0, 0, 2, 2, 2]
    assert alive.tolist() == [0, 3]
    weight = np.array([900, 100])
    none = np.zeros(2, np.bool_)
    home, alive = peel(np.array([0, 2]), weight)
    assert edges(home, np.array([0, 2]), weight, alive, none[:1], none)[0].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("ratio", "many", "few"), [(2.01, 2, 1), (0.51, 2, 1), (1.39, 7, 5), (19.6, 20, 1), (0.66, 3, 2)]
)
def test_the_nearest_split(ratio, many, few):
    nearest = nearest_split(np.log(np.array([ratio])))
    assert (int(nearest.many[0]), int(nearest.few[0])) == (many, few)
    assert allowed(7, 5, 0.01) < allowed(3, 2, 0.01) < allowed(2, 1, 0.01) < allowed(4, 1, 0.02)


def test_powers_of_ten():
    assert looks_scaled(np.array([100, 0.01, 11, 950.0])).all()
    assert not looks_scaled(np.array([1, 2, 20, 0.3, -100, 0, np.nan])).any()


def test_roll_weeks():
    days = np.array([instant(f"2025-{day}T15:00") for day in ("12-08", "12-19", "12-22", "11-21", "09-19", "08-28")])
    assert in_roll_week(days, "CME_Equity").tolist() == [True, True, False, False, True, False]
    assert in_roll_week(days, "CMEGlobex_Gold").tolist() == [False, False, False, False, False, True]
    assert in_roll_week(days, "CMEGlobex_Crude").tolist() == [False, True, True, True, True, True]


def test_nights_are_learned_from_closures_alone():
    bars = daily(200)
    nights = market_of(bars, STOCK).habits.nights
    assert nights.count == 199
    assert 0.003 < nights.sigma < 0.008
    assert learn_nights(walk(50), market_of(walk(50)).slots).count == 0


def test_a_bar_that_holds_the_open_comes_after_the_closure():
    known = sessions("XNYS", instant("2025-11-24"), instant("2025-11-26"))
    opens = closures(known, HOUR)  # 09:30 in New York: the bar of 14:00 UTC holds it
    assert opens[0] <= instant("2025-11-25T14:00") < opens[0] + HOUR
