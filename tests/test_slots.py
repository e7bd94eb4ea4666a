"""Slots: numbers, timestamps and due times of the places where bars are owed agree with one another."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from market_samples import instant

from dq.calendars import sessions
from dq.model import DAY, HOUR, MINUTE, SECOND, WEEK, Series, Sessions, lay_slots
from dq.model.slots import of_last_mark

BEGIN = instant("2025-03-03")
DELAY = 10 * MINUTE
INTERVALS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR]
trials = settings(max_examples=150, deadline=None, derandomize=True)


@st.composite
def some_sessions(draw):
    """Up to eight stretches of trading, apart and ascending, with gaps from none to days."""
    spans = draw(st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 1500)), min_size=1, max_size=8))
    bounds = BEGIN + MINUTE * np.cumsum(np.array(spans, np.int64).ravel())
    opens, closes = bounds[::2], bounds[1::2]
    return Sessions(opens, closes, opens // DAY, BEGIN, int(closes[-1]) + DAY)


@st.composite
def some_slots(draw):
    """Slots of a series shorter than a day: any interval, label and grid."""
    interval = draw(st.sampled_from(INTERVALS))
    phase = draw(st.sampled_from([-1, 0, 7 * SECOND, interval // 2, interval - SECOND]))
    label = draw(st.sampled_from(["open", "close"]))
    series = Series("X", interval, "24/7", label=label, delay=DELAY)
    known = draw(some_sessions())
    return known, lay_slots(series, known, phase, MINUTE)


@trials
@given(some_slots())
def test_numbers_and_timestamps_are_each_others_inverse(laid):
    _, slots = laid
    numbers = np.arange(len(slots))
    stamps = slots.timestamps(numbers)
    assert (np.diff(stamps) > 0).all()
    np.testing.assert_array_equal(slots.number(stamps), numbers)
    assert slots.holds(stamps, numbers).all()


@trials
@given(some_slots(), st.lists(st.integers(-DAY, 10 * DAY), min_size=1, max_size=50))
def test_an_instant_belongs_to_the_last_slot_that_began(laid, offsets):
    _, slots = laid
    instants = BEGIN + np.sort(np.array(offsets, np.int64))
    numbers = slots.number(instants)
    stamps = slots.timestamps(np.arange(len(slots)))
    np.testing.assert_array_equal(numbers, np.searchsorted(stamps, instants, side="right") - 1)
    inside = (numbers >= 0) & (instants < stamps[np.maximum(numbers, 0)] + slots.interval)
    np.testing.assert_array_equal(slots.holds(instants, numbers), inside)


@trials
@given(some_slots(), st.integers(-DAY, 20 * DAY))
def test_as_many_slots_are_due_as_have_their_due_time_behind_them(laid, offset):
    _, slots = laid
    due = slots.due_at(np.arange(len(slots)))
    late = slots.interval + MINUTE + DELAY - slots.offset
    np.testing.assert_array_equal(due, slots.timestamps(np.arange(len(slots))) + late)
    for at in (BEGIN + offset, int(due[0]), int(due[-1]), int(due[-1]) + 1):
        assert slots.due_before(at) == int((due < at).sum())


@trials
@given(some_slots())
def test_every_minute_of_trading_lies_in_a_slot_and_every_slot_holds_some(laid):
    known, slots = laid
    opens = slots.timestamps(np.arange(len(slots))) - slots.offset
    assert known.touch(opens, slots.interval).all()
    minutes = np.concatenate([np.arange(a, b, MINUTE) for a, b in zip(known.opens, known.closes, strict=True)])
    assert slots.holds(minutes + slots.offset, slots.number(minutes + slots.offset)).all()


@trials
@given(some_sessions(), st.sampled_from([DAY, 2 * DAY, WEEK]))
def test_one_bar_is_owed_for_each_day_or_week_that_trades(known, interval):
    series = Series("X", interval, "24/7")
    slots = lay_slots(series, known, 0, MINUTE)
    numbers = np.arange(len(slots))
    assert len(slots) == len(np.unique(known.day * DAY // interval))
    np.testing.assert_array_equal(slots.number(slots.timestamps(numbers)), numbers)
    np.testing.assert_array_equal(slots.number(known.day * DAY), slots.number(known.opens))
    assert slots.holds(known.opens, slots.number(known.opens)).all()
    assert [slots.due_before(int(at)) for at in slots.due_at(numbers)] == numbers.tolist()


@trials
@given(
    st.lists(st.integers(0, 5000), max_size=12).map(sorted),
    st.lists(st.integers(-10, 5010), max_size=30).map(sorted),
    st.sampled_from([1, 60]),
)
def test_marks_are_found_among_many_values_as_among_few(marks, values, times):
    marks, values = np.array(marks, np.int64), np.repeat(np.array(values, np.int64), times)
    expected = np.searchsorted(marks, values, side="right") - 1
    np.testing.assert_array_equal(of_last_mark(marks, values, np.arange(-1, len(marks)))[0], expected)


def test_no_session_owes_nothing():
    nothing = np.zeros(0, np.int64)
    slots = lay_slots(Series("X", MINUTE, "24/7"), Sessions(nothing, nothing, nothing, 0, DAY), 0, MINUTE)
    instants = np.array([BEGIN])
    assert len(slots) == 0
    assert slots.number(instants).tolist() == [-1]
    assert not slots.holds(instants, slots.number(instants)).any()
    assert slots.due_before(BEGIN) == 0


def laid(name, interval, calendar, first, last, phase=0):
    known = sessions(calendar, instant(first), instant(last))
    return lay_slots(Series(name, interval, calendar), known, phase, MINUTE)


def stamps(slots):
    return [str(at)[5:16] for at in slots.timestamps(np.arange(len(slots))).astype("datetime64[us]")]


@pytest.mark.parametrize(("day", "first", "last"), [("2025-03-07", "14:30", "20:30"), ("2025-03-10", "13:30", "19:30")])
def test_hourly_bars_that_begin_with_their_session_follow_the_clocks_of_the_market(day, first, last):
    slots = laid("AAPL", HOUR, "XNYS", f"{day}T00:00", f"{day}T23:00", phase=-1)
    assert (stamps(slots)[0][6:], stamps(slots)[-1][6:], len(slots)) == (first, last, 7)


def test_hourly_bars_on_the_hour_begin_before_the_session():
    assert stamps(laid("AAPL", HOUR, "XNYS", "2025-11-24T00:00", "2025-11-24T23:00"))[0] == "11-24T14:00"


def test_bars_of_a_minute_end_with_an_early_close():
    assert stamps(laid("NQ=F", MINUTE, "CME_Equity", "2024-11-28T00:00", "2024-11-28T20:00"))[-1] == "11-28T17:59"


def test_one_bar_of_four_hours_spans_the_hour_of_maintenance():
    slots = laid("NQ=F", 4 * HOUR, "CME_Equity", "2025-11-24T23:30", "2025-11-26T12:00")
    assert stamps(slots)[4:9] == ["11-25T12:00", "11-25T16:00", "11-25T20:00", "11-26T00:00", "11-26T04:00"]


def test_a_week_is_due_after_its_last_session():
    slots = laid("NQ=F", WEEK, "CME_Equity", "2025-11-10T00:00", "2025-11-20T00:00")
    due = slots.due_at(np.array([0])).astype("datetime64[us]")[0]
    assert np.datetime64(due, "D").astype(object).isoweekday() in {3, 5}
