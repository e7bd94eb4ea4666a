"""Displaced bars: where clocks are set, which spans are told, what they own, and who is innocent."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from market_samples import answers, instant, market_of, walk

from dq.calendars import sessions
from dq.calendars.clocks import clock_of
from dq.displaced.edges import displaced_spans
from dq.displaced.winters import frozen_winters
from dq.displaced.zones import ZONES, apart, wall_hours
from dq.examine import Question
from dq.explain.shifts import by_other_clocks, owned_by_shifts
from dq.model import CAUSES, COLUMNS, DAY, HOUR, MINUTE, Bars, Series, Window, suspects

SHIFT = (Question("dst_shift"),)
LONDON = 2


def bars_at(stamps, seed=1):
    """A calm market's bars with those timestamps, in their order."""
    bars = walk(len(stamps), seed)
    return replace(bars, timestamp=np.asarray(stamps, np.int64))


def slots_of(calendar, start, end, step):
    known = sessions(calendar, instant(start), instant(end))
    whole = (known.opens >= instant(start)) & (known.closes <= instant(end))
    pairs = zip(known.opens[whole].tolist(), known.closes[whole].tolist(), strict=True)
    return np.concatenate([np.arange(opens, closes, step) for opens, closes in pairs])


def told(bars, series, **options):
    """(cause, first stamp, last stamp, seconds) of each displaced span."""
    found = answers(bars, market_of(bars, series, **options), SHIFT)["dst_shift"].suspects
    columns = (found[name].tolist() for name in ("cause", "start", "end", "observed"))
    return [(CAUSES[cause], start, end, seconds) for cause, start, end, seconds in zip(*columns, strict=True)]


@pytest.mark.parametrize("zone", ZONES, ids=lambda zone: zone.place)
def test_zones_are_set_when_the_database_says(zone):
    noons = np.arange(np.datetime64("2009-01-01T12", "us"), np.datetime64("2037-01-01"), np.timedelta64(1, "D"))
    instants = noons.astype(np.int64)
    place = ZoneInfo(zone.names[0])
    known = [datetime.fromtimestamp(at // 1_000_000, UTC).astimezone(place).utcoffset() for at in instants.tolist()]
    assert (zone.offset(instants) == [one.total_seconds() * 1e6 for one in known]).all()


@pytest.mark.parametrize(
    ("skipped", "begins", "place"),
    [
        (True, "2025-03-09T02:00", "New York"),
        (True, "2025-03-30T01:00", "London"),
        (True, "2025-03-30T02:00", "central Europe"),
        (True, "2025-10-05T02:00", "Sydney"),
        (False, "2025-11-02T01:00", "New York"),
        (False, "2025-10-26T02:00", "central Europe"),
        (False, "2025-04-06T02:00", "Sydney"),
    ],
)
def test_an_hour_is_skipped_or_repeated_where_clocks_do_so(skipped, begins, place):
    begin, places = wall_hours(skipped)
    at = int(np.searchsorted(begin, instant(begins)))
    assert begin[at] == instant(begins)
    assert ZONES[places[at]].place == place


def test_new_york_and_london_differ_in_some_weeks():
    days = [instant(f"2025-{day}T12:00") for day in ("03-07", "03-10", "03-28", "04-01", "10-24", "10-28", "11-04")]
    assert apart(np.array(days)).tolist() == [False, True, True, False, False, True, False]


@pytest.mark.parametrize("offset", [-9 * HOUR, -5 * HOUR, -HOUR, HOUR, 2 * HOUR, 10 * HOUR])
@pytest.mark.parametrize("calendar", ["XNYS", "XLON", "CME_Equity", "XTKS", "XASX"])
def test_three_sessions_are_told_from_their_first_bar_to_their_last(calendar, offset):
    stamps = slots_of(calendar, "2025-05-04T12:00", "2025-05-31T12:00", 15 * MINUTE)
    starts = np.flatnonzero(np.append(True, np.diff(stamps) > 4 * HOUR))
    first, stop = (starts[1], starts[2]) if calendar == "CME_Equity" else (starts[6], starts[9])
    moved = stamps.copy()
    moved[first:stop] += offset
    found = told(bars_at(np.sort(moved)), Series("X", 15 * MINUTE, calendar))
    assert [one[3] for one in found] == [offset / 1e6]
    assert abs(found[0][1] - moved[first]) <= HOUR
    assert abs(found[0][2] - moved[stop - 1]) <= HOUR


@pytest.mark.parametrize("calendar", ["XNYS", "XLON", "CME_Equity", "XTKS", "XASX", "FX", "24/7"])
@pytest.mark.parametrize("step", [5 * MINUTE, HOUR])
def test_a_year_of_right_stamps_is_innocent(calendar, step):
    stamps = slots_of(calendar, "2025-01-01", "2025-12-31", step)
    assert told(bars_at(stamps), Series("X", step, calendar)) == []


def test_bars_that_never_traded_are_a_frozen_winter():
    stamps = slots_of("XNYS", "2025-01-06", "2025-01-25", 15 * MINUTE)
    bars = bars_at(stamps - HOUR)
    columns = {name: bars.column(name).copy() for name in COLUMNS}
    early = ~market_of(bars_at(stamps), Series("X", 15 * MINUTE, "XNYS")).sessions.contain(bars.timestamp)
    for name in COLUMNS:
        columns[name][early] = 0.0 if name == "volume" else 1000.0
    assert [one[0] for one in told(replace(bars, **columns), Series("X", 15 * MINUTE, "XNYS"))] == ["frozen_winter"]


def test_several_frozen_winters_are_told_as_one():
    days = np.arange(instant("2021-06-01T22:00"), instant("2024-06-01"), DAY)
    days = days[(days // DAY + 3) % 7 < 5]
    bars = walk(len(days))
    columns = {name: bars.column(name).copy() for name in COLUMNS}
    winter = ZONES[LONDON].offset(days) == 0
    for at in np.flatnonzero(winter).tolist():
        for name in COLUMNS:
            columns[name][at] = columns[name][at - 1]
    frozen = Bars(days, *(columns[name] for name in COLUMNS))
    winters, place = frozen_winters(frozen.ordered)
    assert (len(winters), place) == (3, LONDON)
    found = answers(frozen, market_of(frozen, Series("NQ", DAY, "CME_Equity")), SHIFT)["dst_shift"].suspects
    assert found["count"].tolist() == [int(winter.sum())]
    assert found["observed"].tolist() == [3.0]


def test_a_window_sees_what_the_whole_does():
    stamps = slots_of("XNYS", "2025-05-05", "2025-05-24", 15 * MINUTE)
    moved = np.where((stamps > instant("2025-05-12")) & (stamps < instant("2025-05-16")), stamps + HOUR, stamps)
    bars, series = bars_at(moved), Series("X", 15 * MINUTE, "XNYS")
    whole = told(bars, series)
    cut = instant("2025-05-14T16:00")
    early = told(bars, series, window=Window(int(moved[0]), cut))
    late = told(bars, series, window=Window(cut, int(moved[-1]) + HOUR))
    assert (early[0][1], late[0][2]) == (whole[0][1], whole[0][2])
    assert late[0][1] - early[0][2] <= 15 * MINUTE


def test_a_hole_inside_a_displaced_span_is_still_a_hole():
    series = Series("X", 15 * MINUTE, "XNYS")
    market = market_of(bars_at(slots_of("XNYS", "2025-05-05", "2025-05-24", 15 * MINUTE)), series)
    span = suspects(1, start=instant("2025-05-12T14:30"), end=instant("2025-05-15T20:45"), observed=3600.0)
    left = suspects(1, start=instant("2025-05-13T13:30"), end=instant("2025-05-13T14:15"), count=4)
    lost = suspects(1, start=instant("2025-05-13T16:00"), end=instant("2025-05-13T16:45"), count=4)
    assert owned_by_shifts("missing_bar", left, span, market).tolist() == [True]
    assert owned_by_shifts("missing_bar", lost, span, market).tolist() == [False]


@pytest.mark.parametrize("always", [False, True])
def test_a_broker_that_keeps_european_hours_is_known_by_its_habit(always):
    stamps = slots_of("FX", "2025-01-05", "2025-06-01", HOUR)
    closing = np.append(np.diff(stamps) > DAY, False) & (always | apart(stamps))
    market = market_of(bars_at(stamps), Series("EURGBP", HOUR, "FX"))
    runs = suspects(int(closing.sum()), start=stamps[closing], end=stamps[closing], count=1)
    differ = apart(stamps[closing])
    assert by_other_clocks(runs, stamps[~closing], market).tolist() == (differ & (not always)).tolist()


def test_few_or_strange_bars_are_no_trouble():
    for stamps in ([], [0], [0, 0], [instant("1905-01-01"), instant("2190-01-01")]):
        bars = bars_at(stamps)
        assert displaced_spans(bars.ordered, market_of(bars, Series("X", HOUR, "24/7")).slots) == []


@pytest.mark.parametrize("step", [5 * MINUTE, HOUR])
@pytest.mark.parametrize(
    ("calendar", "zone"),
    [
        ("XNYS", "America/New_York"),
        ("CME_Equity", "America/Chicago"),
        ("XETR", "Europe/Berlin"),
        ("XASX", "Australia/Sydney"),
    ],
)
def test_local_time_is_told_as_one_span_across_a_change_of_clocks(calendar, zone, step):
    stamps = slots_of(calendar, "2025-02-16", "2025-04-26", step)
    wall = clock_of(zone, int(stamps[0]), int(stamps[-1])).local(stamps)
    found = told(bars_at(wall), Series("X", step, calendar), as_of=int(wall[-1]) + 5 * DAY)
    assert [one[:3] for one in found] == [("local_time", wall[0], wall[-1])]


@pytest.mark.parametrize(("calendar", "keeps"), [("XLON", "XNYS"), ("XNYS", "XASX"), ("XETR", "XTKS")])
def test_a_market_with_shorter_hours_is_not_displaced(calendar, keeps):
    stamps = slots_of(keeps, "2025-02-16", "2025-04-26", 5 * MINUTE)
    assert told(bars_at(stamps), Series("X", 5 * MINUTE, calendar)) == []


@pytest.mark.parametrize("step", [5 * MINUTE, HOUR])
def test_the_hole_where_an_early_span_ends_within_a_session_belongs_to_it(step):
    stamps = slots_of("CME_Equity", "2025-02-16", "2025-04-26", step)
    early = (stamps >= instant("2025-03-09T22:00")) & (stamps < instant("2025-03-13T07:00"))
    bars, series = bars_at(np.where(early, stamps - HOUR, stamps)), Series("NQ", step, "CME_Equity")
    ((_, start, end, seconds),) = told(bars, series)
    last = instant("2025-03-13T07:00") - HOUR - step
    assert (start, end, seconds) == (instant("2025-03-09T21:00"), last, -3600.0)
    span = suspects(1, start=start, end=end, observed=seconds)
    hole = suspects(1, start=last + step, end=last + HOUR, count=HOUR // step)
    assert owned_by_shifts("missing_bar", hole, span, market_of(bars, series)).tolist() == [True]
