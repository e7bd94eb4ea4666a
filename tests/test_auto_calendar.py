"""The calendar `auto`: the week that bars tell, the guess that they contradict, and what runs make of both."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from market_samples import instant

from dq.calendars import check_calendar, sessions
from dq.calendars.clocks import clock_of
from dq.calendars.learned import learn_sessions
from dq.calendars.learned_days import learn_days
from dq.model import DAY, HOUR, MINUTE, SettingsError

LEAST = 11 * DAY


def stamps_of(calendar, start, end, interval=5 * MINUTE, extended_hours=False):
    """The timestamps of every bar that a calendar owes between two dates."""
    known = sessions(calendar, instant(start), instant(end), extended_hours=extended_hours)
    each = [
        np.arange(-(-low // interval) * interval, high, interval)
        for low, high in zip(known.opens, known.closes, strict=True)
    ]
    stamps = np.concatenate(each)
    return stamps[(stamps >= instant(start)) & (stamps < instant(end))]


def learned(stamps, interval=5 * MINUTE, start=None, end=None):
    start, end = int(stamps[0]) if start is None else start, int(stamps[-1]) + interval if end is None else end
    return learn_sessions(stamps, interval, start, end)


def week(known):
    """Every stretch of sessions on local clocks, once: `Mon 09:30-16:00`."""
    clock = clock_of(known.zone, known.start - 10 * DAY, known.end + 10 * DAY)
    opens, closes = clock.local(known.opens), clock.local(known.closes)
    days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    return {
        f"{days[low // DAY % 7]} {clock_text(low)}-{clock_text(high)}"
        for low, high in zip(opens.tolist(), closes.tolist(), strict=True)
    }


def clock_text(local):
    return f"{local % DAY // HOUR:02}:{local % HOUR // MINUTE:02}"


def daily(hours, days=("Mon", "Tue", "Wed", "Thu", "Fri")):
    return {f"{day} {stretch}" for day in days for stretch in hours}


MARKETS = {
    "XNYS": ("America/New_York", daily(["09:30-16:00"])),
    "XLON": ("Europe/London", daily(["08:00-16:30"])),
    "XETR": ("Europe/London", daily(["08:00-16:30"])),  # 09:00 in Berlin: the same bars as London's
    "XTKS": ("Asia/Tokyo", daily(["09:00-11:30", "12:30-15:30"])),
    "XHKG": ("Asia/Hong_Kong", daily(["09:30-12:00", "13:00-16:00"])),
    "XASX": ("Australia/Sydney", daily(["10:00-16:00"])),
    "CME_Equity": ("America/New_York", daily(["18:00-17:00"], ("Sun", "Mon", "Tue", "Wed", "Thu"))),
    "FX": ("America/New_York", daily(["17:00-17:00"], ("Sun", "Mon", "Tue", "Wed", "Thu"))),
    "24/7": ("UTC", daily(["00:00-00:00"], ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))),
}


@pytest.mark.parametrize("calendar", MARKETS)
def test_the_week_of_a_market_is_learned_across_a_change_of_clocks(calendar):
    known = learned(stamps_of(calendar, "2025-02-10", "2025-04-12"))
    zone, hours = MARKETS[calendar]
    assert known.zone == zone
    assert week(known) == hours


@pytest.mark.parametrize("calendar", ["XNYS", "CME_Equity", "FX", "24/7", "XTKS"])
def test_sessions_have_the_dates_of_their_market(calendar):
    stamps = stamps_of(calendar, "2025-06-02", "2025-06-28")
    known, truth = learned(stamps), sessions(calendar, int(stamps[0]), int(stamps[-1]))
    assert set(truth.day.tolist()) <= set(known.day.tolist())


@pytest.mark.parametrize("share", [0.97, 0.3, 0.05])
@pytest.mark.parametrize("calendar", ["XNYS", "XTKS"])
def test_thin_series_tell_the_same_week(calendar, share):
    stamps = stamps_of(calendar, "2025-05-01", "2025-07-01", MINUTE)
    some = stamps[np.random.default_rng(7).random(len(stamps)) < share]
    assert week(learned(some, MINUTE)) == MARKETS[calendar][1]


@pytest.mark.parametrize("share", [0.3, 0.03])
def test_a_thin_pre_market_belongs_to_the_session(share):
    wide = stamps_of("XNYS", "2025-05-01", "2025-07-01", MINUTE, extended_hours=True)
    thin = wide[np.random.default_rng(7).random(len(wide)) < share]
    stamps = np.union1d(stamps_of("XNYS", "2025-05-01", "2025-07-01", MINUTE), thin)
    assert week(learned(stamps, MINUTE)) == daily(["04:00-20:00"])


def test_a_friday_that_ends_early_and_a_week_from_sunday_to_thursday():
    monday = instant("2025-06-02")
    hours = [(day, 14 if day == 4 else 18) for day in range(5)]
    short = np.concatenate([np.arange(9 * HOUR, end * HOUR, 5 * MINUTE) + day * DAY for day, end in hours])
    stamps = np.concatenate([monday + number * 7 * DAY + short for number in range(6)])
    assert week(learned(stamps)) == {*daily(["09:00-18:00"], ("Mon", "Tue", "Wed", "Thu")), "Fri 09:00-14:00"}
    assert week(learned(stamps - DAY)) >= {"Sun 09:00-18:00", "Thu 09:00-14:00"}


def test_one_minute_of_maintenance_a_day_is_closed():
    stamps = stamps_of("24/7", "2025-05-01", "2025-06-15", MINUTE)
    known = learned(stamps[stamps % DAY != 5 * MINUTE], MINUTE)
    assert not known.contain(stamps[stamps % DAY == 5 * MINUTE]).any()
    assert known.contain(stamps[stamps % DAY != 5 * MINUTE]).all()


def test_hours_that_change_are_followed_when_they_have_lasted_two_weeks():
    before = stamps_of("CME_Equity", "2025-03-03", "2025-06-02")
    after = stamps_of("24/7", "2025-06-02", "2025-06-23")
    saturday = np.array([instant("2025-06-28T12:00")])
    whole = np.concatenate([before, after])
    assert learned(whole, end=int(after[-1]) + 7 * DAY).contain(saturday).all()
    first_weekend = whole[whole < instant("2025-06-09")]
    assert not learned(first_weekend, end=int(after[-1]) + 7 * DAY).contain(saturday).any()


def test_bars_at_a_closed_hour_of_some_days_stay_outside():
    stamps = stamps_of("XNYS", "2025-05-01", "2025-07-01")
    moved = np.where((stamps >= instant("2025-06-03")) & (stamps < instant("2025-06-06")), stamps + HOUR, stamps)
    strays = instant("2025-06-14T12:00") + 5 * MINUTE * np.arange(5)
    assert week(learned(np.sort(np.append(moved, strays)))) == daily(["09:30-16:00"])


def test_holidays_are_doubted_and_the_days_after_the_last_bar_are_not():
    stamps = stamps_of("XNYS", "2025-05-01", "2025-07-11")
    doubts = learned(stamps, end=int(stamps[-1]) + 10 * DAY).doubts
    assert [str(np.datetime64(each.start, "us"))[:10] for each in doubts] == ["2025-05-26", "2025-06-19", "2025-07-04"]


def test_a_fortnight_without_bars_is_no_holiday():
    stamps = stamps_of("XNYS", "2025-05-01", "2025-08-01")
    lost = (stamps >= instant("2025-06-09")) & (stamps < instant("2025-06-20"))
    assert all(each.end - each.start < 7 * DAY for each in learned(stamps[~lost]).doubts)


@pytest.mark.parametrize("interval", [MINUTE, 15 * MINUTE, HOUR])
def test_two_weeks_are_enough_and_less_is_not(interval):
    stamps = stamps_of("CME_Equity", "2025-06-01", "2025-06-14", interval)
    known = learned(stamps, interval)
    assert week(known) == MARKETS["CME_Equity"][1]
    assert learned(stamps[stamps < stamps[0] + LEAST], interval) is None


@pytest.mark.parametrize("count", range(3))
def test_next_to_no_bars_tell_nothing(count):
    assert learn_sessions(np.arange(count) * MINUTE, MINUTE, 0, DAY) is None
    assert learn_days(np.arange(count) * DAY, DAY, 0, DAY) is None


def test_bars_of_a_day_tell_weekdays():
    dates = np.arange(np.datetime64("2024-01-01"), np.datetime64("2024-12-31"))
    traded = dates[np.is_busday(dates, holidays=["2024-07-04"])].astype(np.int64) * DAY
    known = learn_days(traded, DAY, int(traded[0]), int(traded[-1]) + 10 * DAY)
    assert set((known.day % 7).tolist()) == {0, 1, 4, 5, 6}  # Thursday, Friday, Monday, Tuesday, Wednesday
    assert [each.start // DAY for each in known.doubts] == [int(np.datetime64("2024-07-04").astype(int))]


def test_bars_of_a_day_that_are_stamped_at_local_midnight_keep_their_date():
    dates = np.arange(np.datetime64("2024-01-01"), np.datetime64("2024-12-31"))
    days = dates[np.is_busday(dates)].astype(np.int64)
    clock = clock_of("Europe/London", int(days[0]) * DAY, int(days[-1]) * DAY)
    known = learn_days(clock.instants(days * DAY), DAY, int(days[0]) * DAY, int(days[-1] + 1) * DAY)
    assert known.zone == "Europe/London"
    assert np.isin(days, known.day).all()


@pytest.mark.parametrize("year", ["0001-01-01", "1970-01-01", "9999-01-01"])
def test_a_stamp_from_another_age_changes_nothing(year):
    stamps = stamps_of("XNYS", "2025-05-01", "2025-07-01")
    some = np.sort(np.append(stamps, instant(year)))
    assert week(learned(some, start=int(stamps[0]), end=int(stamps[-1]))) == daily(["09:30-16:00"])


@given(
    st.lists(st.integers(-(2**62), 2**62), max_size=40),
    st.sampled_from([1_000_000, MINUTE, 7 * MINUTE, HOUR, 4 * HOUR]),
)
def test_no_timestamps_break_it(stamps, interval):
    learn_sessions(np.sort(np.array(stamps, np.int64)), interval, 0, 30 * DAY)
    learn_days(np.sort(np.array(stamps, np.int64)), DAY, 0, 30 * DAY)


@given(st.lists(st.integers(0, 60 * 24), min_size=8, max_size=60), st.sampled_from([MINUTE, HOUR, 4 * HOUR]))
def test_every_session_is_a_stretch_of_its_own(hours, interval):
    stamps = instant("2025-05-01") + HOUR * np.sort(np.array(hours, np.int64))
    known = learned(stamps, interval)
    if known is not None and len(known):
        assert (known.closes > known.opens).all()
        assert (known.opens[1:] >= known.closes[:-1]).all()


def test_a_clock_goes_there_and_back():
    clock = clock_of("America/New_York", instant("2025-01-01"), instant("2025-12-31"))
    stamps = np.arange(instant("2025-01-01"), instant("2025-12-31"), 30 * MINUTE)
    twice = (stamps >= instant("2025-11-02T06:00")) & (stamps < instant("2025-11-02T07:00"))
    assert (clock.instants(clock.local(stamps)) == stamps)[~twice].all()
    assert clock.local(np.array([instant("2025-07-01T13:30")]))[0] == instant("2025-07-01T09:30")


def test_auto_is_a_name_that_has_no_sessions_of_its_own():
    check_calendar("auto")
    with pytest.raises(SettingsError, match="auto"):
        sessions("auto", 0, DAY)
