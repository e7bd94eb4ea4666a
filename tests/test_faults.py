"""A fault changes what it says, nothing else, and leaves the bars it was given as they were."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dq import faults as package
from dq.checks import checks
from dq.faults import Injected, choose_rows, faults
from dq.model import COLUMNS, DAY, MINUTE, PRICES, Bars

START = 1_772_600_400_000_000
ROW = 100


@pytest.fixture
def bars():
    chance = np.random.default_rng(7)
    close = 100 + np.cumsum(chance.standard_normal(200)).round(2)
    open_ = close + chance.standard_normal(200).round(2)
    high, low = np.maximum(open_, close) + 0.5, np.minimum(open_, close) - 0.5
    volume = chance.integers(1, 1000, 200).astype(float)
    return Bars(START + np.arange(200) * MINUTE, open_, high, low, close, volume)


def columns(bars):
    return np.stack([bars.timestamp.astype(float), *(bars.column(name) for name in COLUMNS)], axis=1)


def changed_rows(before, after):
    same = np.isclose(columns(before), columns(after), rtol=0, atol=0, equal_nan=True).all(axis=1)
    return np.flatnonzero(~same).tolist()


def put(name, bars, **options):
    extra = {"at": START - 10 * MINUTE} if name == "off_session_bar" else {}
    return faults()[name](bars, ROW, **extra, **options)


def test_every_fault_has_a_check():
    assert set(faults()) <= set(checks())


@pytest.mark.parametrize("name", faults())
def test_a_fault_names_its_check_and_touches_no_bars_but_its_own(name, bars):
    before = columns(bars).copy()
    spoiled, injected = put(name, bars)
    assert np.array_equal(columns(bars), before)
    assert {one.check for one in injected} == {name}
    assert all(one.count >= 1 and one.start <= one.end for one in injected)
    assert not np.array_equal(columns(spoiled), before)


@pytest.mark.parametrize("name", faults())
def test_a_row_that_is_not_there_is_refused(name, bars):
    extra = {"at": START} if name == "off_session_bar" else {}
    with pytest.raises(ValueError, match=r"do not lie within 200 bars"):
        faults()[name](bars, 200, **extra)


def test_a_hole_removes_its_rows_alone(bars):
    spoiled, injected = put("missing_bar", bars, length=12)
    gone = np.setdiff1d(bars.timestamp, spoiled.timestamp)
    assert injected == (Injected("missing_bar", int(gone[0]), int(gone[-1]), 12),)
    assert len(gone) == 12
    assert len(spoiled) == 188


def test_a_stale_series_ends_at_the_row(bars):
    spoiled, injected = put("stale_series", bars)
    assert len(spoiled) == ROW
    assert injected[0].count == 100


def test_an_identical_duplicate_says_the_same_twice(bars):
    spoiled, injected = put("duplicate_timestamp", bars, conflicting=False)
    assert np.array_equal(columns(spoiled)[ROW], columns(spoiled)[ROW + 1])
    assert injected[0].count == 2


def test_a_conflicting_duplicate_differs_and_is_a_sound_bar(bars):
    spoiled, _ = put("duplicate_timestamp", bars)
    one, other = columns(spoiled)[ROW : ROW + 2]
    assert one[0] == other[0]
    assert not np.array_equal(one, other)
    assert np.array_equal(other, columns(bars)[ROW])
    assert one[3] <= one[4] <= one[2]


def test_a_conflicting_duplicate_of_an_idle_bar_differs_too(bars):
    flat = Bars(bars.timestamp, *(np.full(200, 5.0) for _ in PRICES), np.zeros(200))
    spoiled, _ = put("duplicate_timestamp", flat)
    assert spoiled.high[ROW] > spoiled.high[ROW + 1]


def test_a_late_row_arrives_after_those_that_follow(bars):
    spoiled, injected = put("out_of_order_timestamp", bars, late=3)
    assert spoiled.timestamp[ROW + 3] == bars.timestamp[ROW] == injected[0].start
    assert np.array_equal(np.sort(spoiled.timestamp), bars.timestamp)
    assert (np.diff(spoiled.timestamp) < 0).sum() == 1


def test_without_an_order_of_arrival_no_row_can_be_late(bars):
    unordered = Bars(bars.timestamp, *(bars.column(name) for name in COLUMNS), arrival=False)
    with pytest.raises(ValueError, match="no order of arrival"):
        put("out_of_order_timestamp", unordered)


def test_a_misaligned_timestamp_stays_in_its_slot(bars):
    spoiled, injected = put("misaligned_timestamp", bars)
    assert changed_rows(bars, spoiled) == [ROW]
    assert 0 < injected[0].start - bars.timestamp[ROW] < MINUTE


def test_an_off_session_bar_is_flat_and_idle(bars):
    spoiled, _ = put("off_session_bar", bars)
    stamp, *prices, volume = columns(spoiled)[ROW + 1]
    assert stamp == START - 10 * MINUTE
    assert prices == [bars.close[ROW]] * 4
    assert volume == 0


def test_a_future_bar_is_a_day_ahead_at_least(bars):
    spoiled, injected = put("future_bar", bars)
    assert spoiled.timestamp[-1] == injected[0].start >= bars.timestamp[-1] + DAY
    with pytest.raises(ValueError, match="ahead"):
        put("future_bar", bars, ahead=MINUTE)


@pytest.mark.parametrize("name", ["null_price", "null_volume", "negative_volume"])
def test_blank_and_negative_cells_cover_their_rows_alone(name, bars):
    spoiled, injected = put(name, bars, length=3)
    assert changed_rows(bars, spoiled) == [ROW, ROW + 1, ROW + 2]
    assert injected[0].count == 3


def test_only_the_named_prices_are_blank(bars):
    spoiled, _ = put("null_price", bars, columns=("high",))
    assert np.isnan(spoiled.high[ROW])
    assert not np.isnan(spoiled.close[ROW])


def test_a_price_above_zero_is_no_defect(bars):
    with pytest.raises(ValueError, match="above zero"):
        put("non_positive_price", bars, price=0.01)


def test_high_and_low_change_places(bars):
    spoiled, _ = put("inconsistent_ohlc", bars)
    assert spoiled.high[ROW] < spoiled.low[ROW]
    flat = Bars(bars.timestamp, *(np.full(200, 5.0) for _ in PRICES), np.zeros(200))
    with pytest.raises(ValueError, match="no range"):
        put("inconsistent_ohlc", flat)


@pytest.mark.parametrize(
    ("kind", "size", "moved"),
    [("bar", 0.1, set(PRICES)), ("close", 0.1, {"high", "close"}), ("wick", 0.1, {"high"}), ("wick", -0.1, {"low"})],
)
def test_a_spike_moves_its_columns_and_stays_a_sound_bar(kind, size, moved, bars):
    spoiled, _ = put("price_spike", bars, kind=kind, size=size)
    assert {name for name in COLUMNS if spoiled.column(name)[ROW] != bars.column(name)[ROW]} == moved
    assert spoiled.high[ROW] >= max(spoiled.open[ROW], spoiled.close[ROW])
    assert spoiled.low[ROW] <= min(spoiled.open[ROW], spoiled.close[ROW])


@pytest.mark.parametrize("filled", [False, True])
def test_a_stuck_price_repeats_the_bar_before(filled, bars):
    spoiled, _ = put("stuck_price", bars, length=5, filled=filled)
    rows = columns(spoiled)[ROW - 1 : ROW + 5]
    if filled:
        assert (rows[1:, 1:5] == bars.close[ROW - 1]).all()
        assert (rows[1:, 5] == 0).all()
    else:
        assert (rows[1:, 1:] == rows[0, 1:]).all()


def test_a_stuck_price_needs_a_bar_before_it(bars):
    with pytest.raises(ValueError, match="do not lie within"):
        faults()["stuck_price"](bars, 0)


@given(count=st.integers(1, 6), apart=st.integers(1, 20), margin=st.integers(0, 20), seed=st.integers(0, 99))
def test_chosen_rows_keep_their_distance(count, apart, margin, seed):
    stamps = START + np.arange(300) * MINUTE
    bars = Bars(stamps, *(np.ones(300) for _ in COLUMNS))
    rows = choose_rows(bars, count, np.random.default_rng(seed), apart=apart, margin=margin)
    assert len(rows) == count
    assert min(rows) >= margin
    assert max(rows) < 300 - margin
    assert all(following - row >= apart for row, following in pairwise(rows))


def test_too_many_defects_for_too_few_bars_are_refused(bars):
    with pytest.raises(ValueError, match="no room for 3 defects"):
        choose_rows(bars, 3, np.random.default_rng(0))


def test_no_fault_knows_another():
    texts = {name: Path(f"{package.__path__[0]}/{name}.py").read_text("utf-8") for name in faults()}
    known = [(name, other) for name, text in texts.items() for other in faults() if f"dq.faults.{other} " in text]
    assert known == []
