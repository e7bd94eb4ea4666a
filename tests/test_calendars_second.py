"""The second opinion: stretches of sessions that another calendar has closed."""

import numpy as np
import pytest

from dq.calendars import second, sessions, span
from dq.calendars.second import Opinion, doubts
from dq.calendars.year import Plan
from dq.model import HOUR, MINUTE


def instant(text):
    return int(np.datetime64(text, "us").astype(np.int64))


def asked(calendar, start, end, **options):
    found = sessions(calendar, instant(start), instant(end), **options)
    return [tuple(str(np.datetime64(edge, "us").astype("M8[m]")) for edge in (d.start, d.end)) for d in found.doubts]


def weeks(opens=8, closes=16, without=(), early=()):
    """The weekdays of January and February 2026, from 8 to 16 UTC; early days end at noon."""
    dates = np.arange("2026-01-01", "2026-03-01", dtype="datetime64[D]")
    dates = dates[np.is_busday(dates) & ~np.isin(dates, np.array(without, "M8[D]"))]
    day = dates.astype(np.int64)
    ends = np.where(np.isin(dates, np.array(early, "M8[D]")), 12, closes)
    return Plan(day, (day * 24 + opens) * HOUR, *[(day * 24 + ends) * HOUR] * 3, "UTC")


def told(monkeypatch, ours, other, settled=(), **terms):
    monkeypatch.setattr(second, "OPINIONS", {"OURS": (Opinion("exchange_calendars", "THEIRS", **terms),)})
    monkeypatch.setattr(second, "plan_second", lambda *_: other)
    days = [int(np.datetime64(day).astype(int)) for day in settled]
    return [tuple(str(np.datetime64(edge, "us"))[:13] for edge in (d.start, d.end)) for d in doubts("OURS", ours, days)]


DAY = ("2026-01-20",)
WHOLE = [("2026-01-20T08", "2026-01-20T16")]
LATE = [("2026-01-20T12", "2026-01-20T16")]


def test_a_day_that_the_other_has_closed_is_doubted_whole(monkeypatch):
    assert told(monkeypatch, weeks(), weeks(without=DAY)) == WHOLE


def test_an_early_close_of_the_other_is_doubted_from_there_on(monkeypatch):
    assert told(monkeypatch, weeks(), weeks(early=DAY)) == LATE


def test_other_hours_are_no_news(monkeypatch):
    assert told(monkeypatch, weeks(), weeks(opens=9, closes=15)) == []
    assert told(monkeypatch, weeks(), weeks(closes=15, early=DAY)) == LATE
    assert told(monkeypatch, weeks(), weeks(closes=12)) == []


def test_what_ours_knows_is_not_doubted(monkeypatch):
    assert told(monkeypatch, weeks(early=DAY), weeks(without=DAY)) == []
    assert told(monkeypatch, weeks(), weeks(without=DAY), settled=DAY) == []
    assert told(monkeypatch, weeks(without=DAY), weeks()) == []


def test_terms_of_an_opinion(monkeypatch):
    both = weeks(without=("2026-01-21",), early=DAY)
    assert told(monkeypatch, weeks(), both, closes=False, on=("01-20",)) == []
    assert told(monkeypatch, weeks(), both, on=("01-20",)) == LATE


def test_years_that_the_other_does_not_know_are_not_doubted(monkeypatch):
    other = weeks()
    shift = 365 * 24 * HOUR
    later = Plan(other.day + 365, *(edge + shift for edge in (other.opens, *[other.closes] * 3)), "UTC")
    assert told(monkeypatch, weeks(), later) == []
    assert told(monkeypatch, weeks(), None) == []


def test_brokers_may_stop_on_the_eves_when_futures_and_bonds_do():
    assert asked("FX", "2025-12-20", "2026-01-03") == [
        ("2025-12-24T18:15", "2025-12-24T22:00"),
        ("2025-12-31T19:00", "2025-12-31T22:00"),
    ]
    assert asked("FX", "2025-11-24", "2025-12-01") == []  # Thanksgiving is an ordinary day of currencies


@pytest.mark.parametrize(
    ("calendar", "start"),
    [
        ("CME_Equity", "2018-12-03"),
        ("CMEGlobex_Gold", "2018-12-03"),
        ("CMEGlobex_Gold", "2025-01-06"),
        ("CME_Equity", "2026-03-30"),
        ("XHKG", "2023-08-31"),
        ("NYSE", "2025-11-24"),
        ("24/7", "2025-12-24"),
    ],
)
def test_days_on_which_a_side_was_taken_are_not_doubted(calendar, start):
    assert asked(calendar, start, str(np.datetime64(start) + 12)) == []


def test_doubts_are_stored_with_their_year(tmp_path):
    for _ in range(2):
        assert len(asked("FX", "2024-01-01", "2027-01-01", cache=tmp_path)) == 6
        span._years.cache_clear()


def test_a_doubt_lies_within_a_session():
    found = sessions("XASX", instant("2005-01-01"), instant("2028-01-01"))
    for doubt in found.doubts:
        at = np.searchsorted(found.opens, doubt.start, side="right") - 1
        assert found.opens[at] <= doubt.start < doubt.end == found.closes[at]
        assert doubt.end - doubt.start >= 30 * MINUTE
