"""Sessions, by instants that exchanges and recorded bars agree on."""

import numpy as np
import pytest

from dq.calendars import sessions


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("sessions")


def instant(text):
    return int(np.datetime64(text, "us").astype(np.int64))


def stretches(calendar, start, end, cache, **options):
    """`06T23:00 07T22:00 07` and so on: open, close, day, without the year and month."""
    found = sessions(calendar, instant(start), instant(end), cache=cache, **options)
    return [
        f"{np.datetime64(int(opens), 'us').astype('M8[m]')} {np.datetime64(int(closes), 'us').astype('M8[m]')} "
        f"{np.datetime64(int(day), 'D')}".replace(start[:8], "")
        for opens, closes, day in zip(found.opens, found.closes, found.day, strict=True)
    ]


CASES = [
    # American clocks go forward on Sunday 8 March 2026: the open on that evening is an hour earlier in UTC
    (
        "CME_Equity",
        "2026-03-06",
        "2026-03-10",
        ["05T23:00 06T22:00 06", "08T22:00 09T21:00 09", "09T22:00 10T21:00 10"],
    ),
    (
        "CME_Equity",
        "2026-10-30",
        "2026-11-03",
        [
            "29T22:00 30T21:00 30",
            "2026-11-01T23:00 2026-11-02T22:00 2026-11-02",
            "2026-11-02T23:00 2026-11-03T22:00 2026-11-03",
        ],
    ),
    ("XNYS", "2026-03-06", "2026-03-10", ["06T14:30 06T21:00 06", "09T13:30 09T20:00 09"]),
    ("XNYS", "2026-10-30", "2026-10-31", ["30T13:30 30T20:00 30"]),
    ("XNYS", "2026-11-02", "2026-11-03", ["02T14:30 02T21:00 02"]),
    # European ones on 29 March
    ("XLON", "2026-03-27", "2026-03-31", ["27T08:00 27T16:30 27", "30T07:00 30T15:30 30"]),
    ("XETR", "2026-03-27", "2026-03-31", ["27T08:00 27T16:30 27", "30T07:00 30T15:30 30"]),
    ("FX", "2026-03-06", "2026-03-10", ["05T22:00 06T22:00 06", "08T21:00 09T21:00 09", "09T21:00 10T21:00 10"]),
    # the lunch break makes two stretches of one day; Tokyo trades until 15:30 since November 2024
    ("XTKS", "2026-03-05", "2026-03-06", ["05T00:00 05T02:30 05", "05T03:30 05T06:30 05"]),
    ("XTKS", "2024-11-01", "2024-11-02", ["01T00:00 01T02:30 01", "01T03:30 01T06:00 01"]),
    ("XLON", "2025-12-24", "2025-12-30", ["24T08:00 24T12:30 24", "29T08:00 29T16:30 29"]),
    # Thanksgiving halts at noon and counts as Friday, which ends at 12:15
    (
        "CME_Equity",
        "2025-11-26",
        "2025-11-29",
        ["25T23:00 26T22:00 26", "26T23:00 27T18:00 28", "27T23:00 28T18:15 28"],
    ),
    ("CME_Equity", "2025-12-24", "2025-12-27", ["23T23:00 24T18:15 24", "25T23:00 26T22:00 26"]),
    (
        "CME_Equity",
        "2025-12-31",
        "2026-01-03",
        ["30T23:00 31T22:00 31", "2026-01-01T23:00 2026-01-02T22:00 2026-01-02"],
    ),
    # Good Friday: closed, unless it is the day of the jobs report
    ("CME_Equity", "2025-04-17", "2025-04-20", ["16T22:00 17T21:00 17"]),
    (
        "CME_Equity",
        "2026-04-02",
        "2026-04-06",
        ["01T22:00 02T21:00 02", "02T22:00 03T13:15 06", "05T22:00 06T21:00 06"],
    ),
    ("CMEGlobex_Gold", "2026-04-02", "2026-04-05", ["01T22:00 02T21:00 02"]),
    # days of mourning
    (
        "CME_Equity",
        "2025-01-08",
        "2025-01-11",
        ["07T23:00 08T22:00 08", "08T23:00 09T14:30 10", "09T23:00 10T22:00 10"],
    ),
    ("CBOT_Rate", "2025-01-09", "2025-01-10", ["08T23:00 09T18:15 09", "09T23:00 10T22:00 10"]),
    ("CBOT_Rate", "2018-12-05", "2018-12-06", ["05T23:00 06T22:00 06"]),
    ("CMEGlobex_Grains", "2025-01-09", "2025-01-10", ["09T01:00 09T13:45 09", "09T14:30 09T18:15 09"]),
    ("CMEGlobex_Crude", "2025-01-09", "2025-01-09T12:00", ["08T23:00 09T22:00 09"]),
    ("XNYS", "2025-01-08", "2025-01-11", ["08T14:30 08T21:00 08", "10T14:30 10T21:00 10"]),
    ("XNYS", "2018-12-05", "2018-12-06", []),
    # the pause of a quarter of an hour ended in June 2021, the longer evening in September 2015
    ("CME_Equity", "2021-06-25", "2021-06-26", ["24T22:00 25T20:15 25", "25T20:30 25T21:00 25"]),
    ("CME_Equity", "2021-06-28", "2021-06-28T22:00", ["27T22:00 28T21:00 28"]),
    ("CME_Equity", "2015-09-18", "2015-09-19", ["17T22:00 18T20:15 18", "18T20:30 18T21:15 18"]),
    ("CME_Equity", "2014-11-28", "2014-11-29", ["27T23:00 28T18:15 28"]),  # no pause, no longer evening on a half day
    ("CMEGlobex_Gold", "2019-12-24", "2019-12-25", ["23T23:00 24T18:45 24"]),
    ("CMEGlobex_CL", "2025-09-01", "2025-09-01T20:00", ["2025-08-31T22:00 01T18:30 02"]),
    # banks do not quote FX on Christmas Day and New Year's Day; 24/5 knows no holidays
    ("FX", "2025-12-24", "2025-12-27", ["23T22:00 24T22:00 24", "25T22:00 26T22:00 26"]),
    ("24/5", "2025-12-25", "2025-12-26", ["24T22:00 25T22:00 25", "25T22:00 26T22:00 26"]),
    ("24/5", "2026-01-03", "2026-01-04", []),
    ("24/7", "2026-01-03T10:00", "2026-01-04T10:00", ["03T00:00 04T00:00 03", "04T00:00 05T00:00 04"]),
    # crypto futures trade through the weekend since June 2026, but for two hours of Saturday and two minutes of each day
    (
        "CME Globex Crypto",
        "2026-05-29",
        "2026-06-02T12:00",
        [
            "28T22:00 29T21:00 29",
            "29T21:02 30T07:00 2026-06-01",
            "30T09:00 2026-06-01T21:00 2026-06-01",
            "2026-06-01T21:02 2026-06-02T21:00 2026-06-02",
        ],
    ),
    # typhoons, half days, elections and Saturdays that no library has
    ("XHKG", "2023-09-01", "2023-09-02", []),
    ("XHKG", "2023-10-09", "2023-10-10", ["09T06:00 09T08:00 09"]),
    ("XSES", "2024-12-24", "2024-12-27", ["24T01:00 24T04:00 24", "26T01:00 26T04:00 26", "26T05:00 26T09:00 26"]),
    ("XJSE", "2024-05-29", "2024-05-30", []),
    ("XNSE", "2024-05-18", "2024-05-19", ["18T03:45 18T04:30 18", "18T06:00 18T07:00 18"]),
    ("XTAE", "2025-04-20", "2025-04-21", ["20T06:59 20T12:40 20"]),
    # Seoul had a lunch break until May 2000
    ("XKRX", "2000-05-19", "2000-05-20", ["19T00:00 19T03:00 19", "19T04:00 19T06:00 19"]),
    ("XKRX", "2026-03-05", "2026-03-06", ["05T00:00 05T06:30 05"]),
    ("ASEX", "2024-05-02", "2024-05-08", ["02T07:00 02T14:20 02", "07T07:00 07T14:20 07"]),  # the Greek Easter
]


@pytest.mark.parametrize(("calendar", "start", "end", "expected"), CASES)
def test_sessions_are_those_of_the_exchange(calendar, start, end, expected, cache):
    assert stretches(calendar, start, end, cache) == expected


def test_stretches_are_whole_and_only_those_that_share_an_instant(cache):
    assert stretches("XLON", "2026-01-05T12:00", "2026-01-05T12:01", cache) == ["05T08:00 05T16:30 05"]
    assert stretches("XLON", "2026-01-05T16:30", "2026-01-06T08:00", cache) == []
    assert stretches("XLON", "2026-01-05T12:00", "2026-01-05T12:00", cache) == []


def test_extended_hours_of_new_york_end_early_on_half_days(cache):
    found = stretches("XNYS", "2025-11-26T12:00", "2025-11-29", cache, extended_hours=True)
    assert found == ["26T09:00 27T01:00 26", "28T09:00 28T22:00 28"]
    assert stretches("XNYS", "2025-01-09T12:00", "2025-01-10T03:00", cache, extended_hours=True) == []


def test_extended_hours_change_nothing_where_there_are_none(cache):
    for calendar in ("XLON", "CME_Equity", "FX", "24/7"):
        span = (calendar, "2025-01-02", "2025-01-12", cache)
        assert stretches(*span, extended_hours=True) == stretches(*span)


def test_halts_explain_and_sessions_stay(cache):
    found = sessions("CME_Equity", instant("2019-02-26"), instant("2019-02-28"), cache=cache)
    (halt,) = found.halts
    assert (halt.start, halt.end) == (instant("2019-02-27T00:39"), instant("2019-02-27T03:45"))
    assert "outage" in halt.why
    assert found.contain(np.array([halt.start, halt.end])).all()
    assert sessions("CME_Equity", instant("2019-02-28"), instant("2019-03-01"), cache=cache).halts == ()


@pytest.mark.parametrize("day", ["2020-03-09", "2020-03-12", "2020-03-16", "2020-03-18"])
def test_circuit_breakers_lasted_a_quarter_of_an_hour(day, cache):
    for calendar in ("XNYS", "NASDAQ", "CME_Equity"):
        (halt,) = sessions(calendar, instant(day), instant(day) + 86_400_000_000, cache=cache).halts
        assert halt.end - halt.start == 15 * 60_000_000


def test_zone_and_span_are_told(cache):
    zones = {"CME_Equity": "America/Chicago", "XTKS": "Asia/Tokyo", "FX": "America/New_York", "24/7": "UTC"}
    for calendar, zone in zones.items():
        found = sessions(calendar, instant("2026-03-05"), instant("2026-03-06"), cache=cache)
        assert (found.zone, found.start, found.end) == (zone, instant("2026-03-05"), instant("2026-03-06"))


@pytest.mark.parametrize("calendar", ["CME_Equity", "XNYS", "FX", "XTKS"])
@pytest.mark.parametrize("year", [1970, 2100])
def test_far_years_have_sessions(calendar, year, cache):
    found = sessions(calendar, instant(f"{year}-02-01"), instant(f"{year}-03-01"), cache=cache)
    assert 15 <= len(np.unique(found.day)) <= 25


def test_beyond_the_known_years_the_span_says_so(cache):
    found = sessions("24/7", instant("0001-01-01"), instant("9999-01-01"), cache=cache)
    assert (found.start, found.end) == (instant("1900-01-01"), instant("2101-01-01"))
    assert len(sessions("XNYS", instant("2200-01-01"), instant("2201-01-01"), cache=cache)) == 0
