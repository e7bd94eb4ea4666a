"""What bars know of themselves: shortcuts that prove many bars clean at once, each against the plain way."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dq.model import MINUTE, PRICES, Bars

trials = settings(max_examples=150, deadline=None, derandomize=True)
PRICE = st.one_of(st.integers(-2, 6).map(float), st.sampled_from([np.nan, np.inf, -np.inf]))
ROWS = st.integers(0, 6).flatmap(lambda count: hnp.arrays(np.float64, (count, 4), elements=PRICE))


def bars_of(rows, stamps=None):
    stamps = np.arange(len(rows)) * MINUTE if stamps is None else stamps
    return Bars(stamps, *rows.T, np.ones(len(rows)))


@trials
@given(ROWS)
def test_enclosed_bars_are_those_whose_body_lies_between_low_and_high(rows):
    plain = all(low <= opens <= high and low <= close <= high for opens, high, low, close in rows)
    assert bars_of(rows).enclosed == plain


@trials
@given(ROWS)
def test_bounds_hold_all_prices_and_any_nan(rows):
    bars = bars_of(rows)
    plain = (rows.min(), rows.max()) if len(rows) else (np.nan, np.nan)
    np.testing.assert_array_equal(bars.bounds, plain)
    np.testing.assert_array_equal(bars.bounds, plain)  # what is known is told again
    for name, column in zip(PRICES, rows.T, strict=True):
        np.testing.assert_array_equal(bars.extremes(name), (column.min(), column.max()) if len(rows) else plain)


@trials
@given(st.lists(st.integers(-3, 3), max_size=8))
def test_breaks_are_the_rows_that_do_not_follow_at_once(steps):
    stamps = np.cumsum(np.array([0, *steps], np.int64)) * MINUTE
    bars = bars_of(np.ones((len(stamps), 4)), stamps)
    assert bars.breaks(MINUTE).tolist() == [at + 1 for at, step in enumerate(steps) if step != 1]
