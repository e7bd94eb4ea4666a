"""Which grid prices keep, which prices are off it, and what is usual of volume and of idle bars."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from market_samples import AROUND_THE_CLOCK, NOON, answers, instant, market_of, taken, walk

from dq.checks import checks
from dq.explain.grids import learn_grid
from dq.explain.spells import learn_spells
from dq.model import DAY, HOUR, MINUTE, PRICES, Bars
from dq.ticks import census, nearest_on_grid, step_of, strays

STEPS = [0.01, 0.1, 0.25, 1 / 32, 1 / 64, 1e-5, 1e-8, 0.05, 0.5, 1.0, 5.0, 25.0, 0.0005]


def priced(count, step, level=1.0, seed=1):
    """A calm market whose prices are the doubles nearest to multiples of the step."""
    whole, fraction = walk(count, seed), step_of(step)
    start = round(level / step) - 1000
    numbers = {name: (whole.column(name) + start) * fraction.over for name in PRICES}
    return replace(whole, **{name: number / fraction.under for name, number in numbers.items()}, known={})


def written(bars, name, row, value):
    column = bars.column(name).copy()
    column[row] = value
    return replace(bars, **{name: column}, known={})


def found(bars, name, **series):
    """The answer of one check to those bars, around the clock, minute by minute."""
    return answers(bars, market_of(bars, replace(AROUND_THE_CLOCK, **series)))[name]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("count", [500, 5000])
def test_the_step_that_prices_keep_is_learned(step, count):
    bars = priced(count, step, level=3000 * step)
    assert learn_grid([bars.ordered]).step == step


@pytest.mark.parametrize("level", [0.00012, 0.87, 1.38, 1290.0, 16384.0, 65000.0, 1e7])
@pytest.mark.parametrize("step", STEPS)
def test_one_bit_beside_the_grid_is_off_and_the_grid_is_not(step, level):
    if level < 1500 * step:
        return
    bars, fraction = priced(400, step, level), step_of(step)
    assert strays(bars, fraction) is None
    at, price = 137, bars.high[137]
    moved = written(bars, "high", at, np.nextafter(price, np.inf))
    if nearest_on_grid(moved.high, fraction)[at] == price:  # where doubles are finer than the grid
        assert strays(moved, fraction).rows.tolist() == [at]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(STEPS), st.integers(1, 10**9))
def test_a_price_is_on_the_grid_where_it_is_the_nearest_double(step, number):
    fraction = step_of(step)
    exact = Fraction(fraction.over * number, fraction.under)
    assert nearest_on_grid(np.array([float(exact)]), fraction)[0] == float(exact)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([None, *STEPS]), st.lists(st.floats(), min_size=1, max_size=20))
def test_any_prices_can_be_asked(step, prices):
    column = np.array(prices)
    bars = Bars(NOON + MINUTE * np.arange(len(column)), column, column, column, column, np.ones(len(column)))
    with np.errstate(all="ignore"):
        learn_grid([bars.ordered])
        if step is not None:
            off = strays(bars, step_of(step))
            assert off is None or np.isfinite(off.prices[off.off | off.noise]).all()


def test_a_series_that_stands_still_has_no_grid():
    bars = walk(500)
    still = replace(bars, **dict.fromkeys(PRICES, np.full(500, 17.25)), known={})
    assert learn_grid([still.ordered]).step == 0
    assert "share a step" in found(still, "off_tick_price").reason


def test_single_precision_throughout_is_a_habit_and_now_and_then_a_loss():
    bars = priced(800, 0.01, 53.0)
    single = {name: bars.column(name).astype(np.float32).astype(float) for name in PRICES}
    throughout = replace(bars, **single, known={})
    grid = learn_grid([throughout.ordered])
    assert (grid.step, grid.single) == (0.01, True)
    assert "single precision" in found(throughout, "precision_loss").reason
    assert "single precision" in found(throughout, "off_tick_price").reason
    assert len(found(throughout, "off_tick_price", tick=0.01).suspects) == 0
    partly = taken(bars, np.arange(800))
    for name in PRICES:
        partly.column(name)[300:340] = single[name][300:340]
    lost = found(partly, "precision_loss").suspects
    assert (int(lost["row"].min()), int(lost["last_row"].max())) == (300, 339)


def test_six_decimals_of_single_precision_are_a_habit_too():
    bars = priced(800, 0.01, 147.0)
    six = {name: np.rint(bars.column(name).astype(np.float32).astype(float) * 1e6) / 1e6 for name in PRICES}
    assert learn_grid([replace(bars, **six, known={}).ordered]).single


def test_an_inferred_tick_is_believed_only_where_a_price_off_it_is_alone():
    bars = priced(3000, 0.01, 640.0)
    alone = written(bars, "open", 1500, bars.low[1500] + 0.0037)
    assert found(alone, "off_tick_price").suspects["row"].tolist() == [1500]
    beside = written(alone, "open", 1503, bars.low[1503] + 0.0037)
    assert len(found(beside, "off_tick_price").suspects) == 0
    assert found(beside, "off_tick_price", tick=0.01).suspects["row"].tolist() == [1500, 1503]


def test_prices_off_a_given_tick_all_over_are_its_fault():
    bars = priced(2000, 0.01, 640.0)
    answer = found(bars, "off_tick_price", tick=0.25)
    assert "0.25 that was given" in answer.reason
    midpoints = taken(bars, np.arange(2000))
    midpoints.close[::20] += 0.005
    assert "5 % of the bars, all over the series" in found(midpoints, "off_tick_price", tick=0.01).reason
    assert census(midpoints, step_of(0.01)).off == 100


def test_a_stretch_on_another_grid_is_one_finding():
    bars = priced(2000, 0.25, 15000.0)
    other = taken(bars, np.arange(2000))
    for name in PRICES:
        other.column(name)[700:800] = np.round(other.column(name)[700:800] * 1.00037, 2)
    off = found(other, "off_tick_price", tick=0.25).suspects
    assert len(off) == 1
    assert off["count"][0] >= 95
    assert len(found(other, "off_tick_price").suspects) == 0


def test_adjusted_prices_are_asked_for_no_grid():
    bars = priced(500, 0.25, 15000.0)
    for name in ("off_tick_price", "precision_loss"):
        assert "adjusted" in found(bars, name, adjusted=True, tick=0.25).reason


def nights(count_days):
    """Quarters of an hour, True between 22:00 and 05:00 UTC."""
    stamps = instant("2025-11-03") + 15 * MINUTE * np.arange(96 * count_days, dtype=np.int64)
    hour = stamps % DAY // HOUR
    return stamps, (hour >= 22) | (hour < 5)


def test_a_market_that_sleeps_at_night_is_judged_by_its_day():
    stamps, asleep = nights(10)
    spells = learn_spells([asleep], [stamps])
    night, noon = stamps.searchsorted(instant("2025-11-05T22:00")), stamps.searchsorted(instant("2025-11-05T12:00"))
    chances = spells.chances(stamps, np.array([night, noon]), np.array([28, 9]))
    assert chances[0] > np.log(1e-6) > chances[1]


def test_one_idle_night_is_no_habit():
    stamps, asleep = nights(10)
    once = asleep & (stamps // DAY == stamps[300] // DAY)
    spells = learn_spells([once], [stamps])
    first = int(np.flatnonzero(once)[0])
    assert spells.chances(stamps, np.array([first]), np.array([20]))[0] < np.log(1e-6)


@pytest.mark.parametrize("count", range(30))
def test_any_number_of_spells_can_be_learned_from(count):
    idle = np.zeros(1000, bool)
    for number in range(count):
        idle[30 * number : 30 * number + 2 + number] = True
    spells = learn_spells([idle], [MINUTE * np.arange(1000, dtype=np.int64)], clustered=True)
    assert 0 <= spells.begins < 1
    assert spells.lasting >= 1


def test_a_run_longer_than_the_neighbours_of_a_block_is_found_whole():
    bars = walk(70_000)
    idle = taken(bars, np.arange(70_000))
    idle.volume[65_400:66_200] = 0
    runs = found(idle, "zero_volume_run").suspects
    assert list(zip(runs["row"].tolist(), runs["last_row"].tolist(), strict=True)) == [(65_400, 66_199)]


def test_volume_is_compared_with_the_same_time_of_day():
    bars = walk(3 * 1440, start=instant("2025-11-03"))
    lively = bars.timestamp % DAY // HOUR == 14
    busy = replace(bars, volume=np.where(lively, 1e4, 1.0) * bars.volume, known={})
    assert len(found(busy, "volume_spike").suspects) == 0
    quiet = int(np.flatnonzero(bars.timestamp % DAY == 3 * HOUR)[1])
    spike = found(written(busy, "volume", quiet, 1e12), "volume_spike").suspects
    assert spike["row"].tolist() == [quiet]
    assert spike["sigmas"][0] > 12
    assert spike["came_back"][0] == 1


@pytest.mark.parametrize("name", ["zero_volume_run", "volume_spike"])
@pytest.mark.parametrize("volume", [0.0, np.nan])
def test_a_series_without_volume_is_not_checked(name, volume):
    bars = replace(walk(300), volume=np.full(300, volume), known={})
    assert found(bars, name).reason


def frozen(bars, first, stop, *, flat=False):
    still = taken(bars, np.arange(len(bars)))
    for name in PRICES:
        still.column(name)[first:stop] = bars.close[first - 1] if flat else bars.column(name)[first - 1]
    still.volume[first:stop] = 0 if flat else bars.volume[first - 1]
    return still


@pytest.mark.parametrize("flat", [True, False])
@pytest.mark.parametrize("harm", [np.nan, np.inf, 1500.0])
def test_what_interrupts_a_frozen_feed_does_not_end_it(flat, harm):
    bars = frozen(walk(600), 300, 360, flat=flat)
    bars.high[320] = bars.close[340] = harm
    stuck = found(bars, "stuck_price").suspects
    assert list(zip(stuck["row"].tolist(), stuck["last_row"].tolist(), strict=True)) == [(300, 359)]
    assert stuck["came_back"][0] == 1
    assert stuck["percent"][0] == pytest.approx(10)
    assert stuck["length"][0] == 60 * MINUTE


def test_a_feed_that_is_still_frozen_has_not_come_back():
    stuck = found(frozen(walk(600), 560, 600), "stuck_price").suspects
    assert (stuck["row"].tolist(), stuck["came_back"].tolist()) == ([560], [0])


def test_a_market_that_comes_back_to_its_price_is_not_frozen_in_between():
    bars = frozen(walk(600), 300, 340, flat=True)
    bars.open[338] = bars.high[338] = bars.low[338] = bars.close[338] = bars.close[337] + 1
    stuck = found(bars, "stuck_price").suspects
    assert (stuck["row"].tolist(), stuck["last_row"].tolist()) == ([300], [337])


def test_every_check_of_this_family_sees_bars_by_time():
    family = ("off_tick_price", "precision_loss", "zero_volume_run", "volume_spike", "stuck_price")
    assert {checks()[name].view for name in family} == {"ordered"}


def test_a_frozen_stretch_of_any_length_is_found_whole():
    bars = frozen(walk(20_000), 3000, 15_000)
    stuck = found(bars, "stuck_price").suspects
    assert list(zip(stuck["row"].tolist(), stuck["last_row"].tolist(), strict=True)) == [(3000, 14_999)]


def thin(count, seed):
    """A market that trades in one minute of three, in moods that last an hour: idle minutes are flat, without volume."""
    random = np.random.default_rng(seed)
    mood = np.zeros(count // 60 + 1)
    for hour in range(1, len(mood)):
        mood[hour] = 0.8 * mood[hour - 1] + 0.6 * random.normal()
    trades = random.poisson(np.exp(np.repeat(mood, 60)[:count] - 1))
    close = 5000 + np.cumsum(np.where(trades > 0, np.rint(random.normal(0, 3, count)), 0))
    opens = np.append(close[:1], close[:-1])
    stamps = NOON + MINUTE * np.arange(count)
    volume = trades * random.integers(1, 50, count).astype(float)
    return Bars(stamps, opens, np.maximum(opens, close), np.minimum(opens, close), close, volume)


@pytest.mark.parametrize("seed", [1, 2])
def test_idle_hours_of_a_thin_market_are_no_frozen_feed(seed):
    bars = thin(30_000, seed)
    assert (bars.volume == 0).mean() > 0.6
    for name in ("stuck_price", "zero_volume_run"):
        assert len(found(bars, name).suspects) == 0


def test_a_thin_market_that_repeats_a_range_and_its_volume_is_frozen():
    bars = thin(30_000, 1)
    row = int(np.flatnonzero((bars.high > bars.low) & (bars.volume > 0))[5000])
    stuck = found(frozen(bars, row + 1, row + 80), "stuck_price").suspects
    assert (row + 1, row + 79) in list(zip(stuck["row"].tolist(), stuck["last_row"].tolist(), strict=True))
