"""The driver: windows own what they should, neighbours become ranges, and what cannot be answered says so."""

from dataclasses import replace

import numpy as np
import pytest
from market_samples import AROUND_THE_CLOCK, NOON, QUESTIONS, answers, market_of, taken, walk

from dq import examine as driver
from dq.checks import checks
from dq.examine import Question, examine
from dq.model import HOUR, MINUTE, SECOND, Bars, Series, Window, cause

GRACE = MINUTE


def with_value(bars, row, **values):
    """The same bars with other values in one row, or in several."""
    columns = {name: bars.column(name).copy() for name in values}
    for name, column in columns.items():
        column[row] = values[name]
    return replace(bars, **columns)


def minutes(answer):
    """First and last minute of each suspect, counted from the first bar."""
    found = answer.suspects
    return [((a - NOON) // MINUTE, (b - NOON) // MINUTE) for a, b in zip(found["start"], found["end"], strict=True)]


def found_in(bars, name, **market):
    return minutes(answers(bars, market_of(bars, **market))[name])


def between(first, last):
    """The window from minute `first` to before minute `last`."""
    return Window(NOON + first * MINUTE, NOON + last * MINUTE)


def test_clean_bars_are_clean():
    bars = walk(400)
    found = answers(bars, market_of(bars))
    assert {name for name, answer in found.items() if len(answer.suspects)} == set()


def test_nothing_is_found_in_nothing():
    bars = walk(1).rows(0, 0)
    found = answers(bars, market_of(bars))
    assert {name for name, answer in found.items() if len(answer.suspects)} == set()


def test_questions_are_answered_in_their_order_and_with_their_parameters():
    bars = walk(200)
    bars = taken(bars, np.delete(np.arange(200), slice(50, 53)))
    market = replace(market_of(bars), missing_slots=3)
    asked = [Question("low_completeness", (("below", 0.9),)), Question("missing_bar"), Question("low_completeness")]
    found = examine(bars, market, asked)
    assert [answer.question for answer in found] == asked
    assert [len(answer.suspects) for answer in found] == [0, 1, 0]
    stricter = examine(bars, market, [Question("low_completeness", (("below", 0.99),))])
    assert len(stricter[0].suspects) == 1


def test_neighbouring_rows_become_one_range_with_the_columns_of_all():
    bars = with_value(with_value(walk(100), [10, 11, 12, 20], close=np.nan), 12, open=np.nan)
    found = answers(bars, market_of(bars))["null_price"].suspects
    assert found["count"].tolist() == [3, 1]
    assert found["columns"].tolist() == [0b1001, 0b1000]


def test_neighbours_of_different_causes_stay_apart():
    bars = walk(40)
    twice = np.sort(np.append(np.arange(40), [10, 11]))
    bars = taken(bars, twice)
    bars = with_value(bars, 13, close=bars.close[13] + 1)  # the second copy of minute 11
    found = answers(bars, market_of(bars))["duplicate_timestamp"]
    assert minutes(found) == [(10, 10), (11, 11)]


def test_a_range_that_a_seam_of_blocks_cuts_is_one_again(monkeypatch):
    monkeypatch.setattr(driver, "BLOCK", 64)
    bars = with_value(walk(400), slice(60, 200), close=np.nan)
    assert found_in(bars, "null_price") == [(60, 199)]


@pytest.mark.parametrize("count", [63, 64, 65, 128, 129, 320, 321])
def test_what_is_told_of_the_whole_series_is_told_once_whatever_the_blocks(count, monkeypatch):
    monkeypatch.setattr(driver, "BLOCK", 64)
    bars = walk(count)
    market = market_of(bars, as_of=int(bars.timestamp[-1]) + HOUR, live=True)
    found = answers(bars, replace(market, missing_slots=58))
    assert minutes(found["stale_series"]) == [(count, count + 56)]
    assert len(found["low_completeness"].suspects) == 1


def test_rows_that_came_late_are_found_across_blocks(monkeypatch):
    monkeypatch.setattr(driver, "BLOCK", 64)
    bars = walk(1200)
    late = taken(bars, np.append(np.delete(np.arange(1200), 3), 3))
    assert found_in(late, "out_of_order_timestamp") == [(3, 3)]
    early = taken(bars, np.append(1199, np.arange(1199)))
    assert found_in(early, "out_of_order_timestamp") == [(0, 1198)]


def test_a_window_owns_the_bars_that_fall_due_in_it():
    bars = with_value(walk(200), slice(90, 140), volume=-1)
    as_of = NOON + 150 * MINUTE
    assert found_in(bars, "negative_volume", window=between(100, 120), as_of=as_of) == [(98, 119)]


def test_hourly_windows_leave_no_bar_between_them():
    bars = with_value(walk(400), slice(0, 400), volume=-1)
    seen = set()
    for hour in range(1, 6):
        end = 60 * hour
        for first, last in found_in(bars, "negative_volume", window=between(end - 60, end), as_of=NOON + end * MINUTE):
            seen |= set(range(first, last + 1)) - set(range(end, 400))
    assert seen == set(range(300))


def test_missing_slots_belong_to_the_window_in_which_they_fall_due():
    bars = taken(walk(200), np.delete(np.arange(200), slice(95, 105)))
    as_of = NOON + 200 * MINUTE
    early = found_in(bars, "missing_bar", window=between(40, 100), as_of=as_of)
    late = found_in(bars, "missing_bar", window=between(100, 160), as_of=as_of)
    assert (early, late) == ([(95, 97)], [(98, 104)])


def test_the_length_of_a_hole_counts_beyond_the_window():
    bars = taken(walk(200), np.delete(np.arange(200), slice(95, 105)))
    market = market_of(bars, window=between(100, 160), as_of=NOON + 200 * MINUTE)
    found = answers(bars, market)["missing_bar"].suspects
    assert (found["count"].tolist(), found["bars"].tolist(), found["length"].tolist()) == ([7], [10], [11 * MINUTE])


def test_bars_of_the_future_belong_to_every_window():
    bars = walk(200)
    future = found_in(bars, "future_bar", window=between(100, 160), as_of=NOON + 160 * MINUTE)
    assert future == [(161, 199)]


def test_a_spike_is_told_by_the_window_in_which_it_came_back():
    spike = {"open": 1500, "high": 1510, "low": 1490, "close": 1500}
    bars = with_value(walk(400), 299, **spike)
    before = bars.rows(0, 300)
    market = market_of(before, window=between(240, 300), as_of=NOON + 300 * MINUTE)
    waiting = answers(before, market)["price_spike"].suspects
    assert (waiting["came_back"].tolist(), waiting["cause"].tolist()) == ([-1], [cause("unsettled")])
    after = bars.rows(0, 360)
    settled = answers(after, market_of(after, window=between(303, 360), as_of=NOON + 360 * MINUTE))["price_spike"]
    assert minutes(settled) == [(299, 299)]
    assert settled.suspects["came_back"].tolist() == [1]


REASONS = {
    "out_of_order_timestamp": (replace(walk(100), arrival=False), "order of arrival"),
    "null_volume": (with_value(walk(100), slice(0, 100), volume=np.nan), "no bar of this series has a volume"),
    "stuck_price": (walk(49), "only 49 bars"),
    "stale_series": (walk(100), "--at"),
}


@pytest.mark.parametrize("name", REASONS)
def test_a_check_that_cannot_answer_says_why_and_finds_nothing(name):
    bars, why = REASONS[name]
    answer = answers(bars, market_of(bars))[name]
    assert why in (answer.reason or "")
    assert len(answer.suspects) == 0


def test_prices_below_zero_are_not_asked_about_where_the_owner_allows_them():
    bars = with_value(walk(100), 10, low=-5)
    allowing = replace(AROUND_THE_CLOCK, allow_non_positive=True)
    assert "allows" in (answers(bars, market_of(bars, allowing))["non_positive_price"].reason or "")


def test_checks_that_can_answer_give_no_reason():
    bars = walk(100)
    found = answers(bars, market_of(bars, live=True))
    assert [name for name, answer in found.items() if answer.reason] == ["reference_mismatch", "split_jump"]
    assert "never closes" in (found["split_jump"].reason or "")


def test_the_age_of_a_series_counts_what_the_market_owed():
    euro = Series("EURUSD=X", HOUR, "FX")
    friday = NOON + 3 * 24 * HOUR + 9 * HOUR  # 28 November 2025, 21:00 UTC, the last hour of the week
    bars = walk(100, start=friday - 99 * HOUR, interval=HOUR)
    at_night, on_monday = friday + 40 * HOUR, friday + 52 * HOUR
    assert len(answers(bars, market_of(bars, euro, as_of=at_night, live=True))["stale_series"].suspects) == 0
    stale = answers(bars, market_of(bars, euro, as_of=on_monday, live=True))["stale_series"].suspects
    assert stale["bars"].tolist() == [2]


def test_a_series_without_any_bar_is_stale_for_the_whole_window():
    bars = Bars(np.zeros(0, np.int64), *[np.zeros(0)] * 5)
    market = market_of(bars, window=between(0, 60), as_of=NOON + HOUR, live=True)
    stale = answers(bars, market)["stale_series"].suspects
    assert stale["count"].tolist() == [60]


def test_the_minute_that_forms_is_not_missed():
    bars = walk(60)
    due = NOON + 60 * MINUTE + MINUTE + GRACE
    for as_of, lost in ((due, 0), (due + SECOND, 1)):
        stale = answers(bars, market_of(bars, as_of=as_of, live=True))["stale_series"].suspects
        assert stale["count"].sum() == lost


def test_every_check_is_asked():
    assert {question.check for question in QUESTIONS} == {name for name, check in checks().items() if check.of_bars}
