"""Array arithmetic: each kernel against the plain way of saying the same."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dq.kernels import all_finite, median, neighbourhoods, reduced, row_medians, runs, stretch_medians

trials = settings(max_examples=150, deadline=None, derandomize=True)
FINITE = st.floats(-1e6, 1e6)
HOLED = st.one_of(FINITE, st.just(np.nan))


def upper_median(values):
    """The middle one of an odd number of values, the upper one of the two in the middle of an even number."""
    known = sorted(value for value in values if not np.isnan(value))
    return known[len(known) // 2] if known else np.nan


@trials
@given(hnp.arrays(np.float64, st.integers(0, 40), elements=st.floats()))
def test_all_finite_never_overlooks_one_that_is_not(values):
    if all_finite(values):
        assert np.isfinite(values).all()


@trials
@given(hnp.arrays(np.float64, st.integers(0, 40), elements=FINITE))
def test_all_finite_believes_prices(values):
    assert all_finite(values)


@trials
@given(hnp.arrays(np.float64, st.integers(1, 40), elements=FINITE))
def test_median(values):
    assert median(values) == upper_median(values)


def test_the_median_of_nothing_is_not_known():
    assert np.isnan(median(np.zeros(0)))


@trials
@given(hnp.arrays(np.bool_, st.integers(0, 60)))
def test_runs_say_where_the_truth_is_and_no_two_of_them_touch(mask):
    first, lengths = runs(mask)
    told = np.zeros(len(mask), np.bool_)
    for begin, length in zip(first, lengths, strict=True):
        told[begin : begin + length] = True
    np.testing.assert_array_equal(told, mask)
    assert (lengths > 0).all()
    assert (first[1:] > first[:-1] + lengths[:-1]).all()


@trials
@given(st.integers(1, 50), st.lists(st.integers(0, 49), min_size=1, max_size=10), st.integers(0, 20))
def test_neighbourhoods_are_whole_near_the_ends_too(count, centres, reach):
    at = np.array([centre % count for centre in centres])
    found = neighbourhoods(count, at, reach)
    assert found.shape == (len(at), min(2 * reach + 1, count))
    assert ((found >= 0) & (found < count)).all()
    assert (np.diff(found, axis=1) == 1).all()
    assert (found == at[:, None]).any(axis=1).all()
    inner = (at >= reach) & (at < count - reach)
    np.testing.assert_array_equal(found[inner][:, 0], at[inner] - reach)


@trials
@given(hnp.arrays(np.float64, st.tuples(st.integers(0, 8), st.integers(1, 9)), elements=HOLED))
def test_row_medians_leave_nan_aside(values):
    np.testing.assert_array_equal(row_medians(values), [upper_median(row) for row in values])


@trials
@given(hnp.arrays(np.float64, st.integers(0, 40), elements=HOLED), st.integers(1, 9))
def test_stretch_medians_take_a_short_last_stretch_as_it_is(values, stretch):
    parts = [values[begin : begin + stretch] for begin in range(0, len(values), stretch)]
    np.testing.assert_array_equal(stretch_medians(values, stretch), [upper_median(part) for part in parts])


@trials
@given(hnp.arrays(np.int64, st.integers(1, 300), elements=st.integers(-9, 9)), st.sets(st.integers(1, 299), max_size=9))
def test_few_long_stretches_are_reduced_like_many_short_ones(values, cuts):
    first = np.array(sorted({0} | {cut for cut in cuts if cut < len(values)}))
    for function in (np.minimum, np.maximum, np.add, np.bitwise_or):
        np.testing.assert_array_equal(reduced(function, values, first), function.reduceat(values, first))
