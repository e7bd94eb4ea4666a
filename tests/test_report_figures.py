"""Figures of many runs, with answers worked out by hand."""

from dataclasses import replace

import pytest
from html_samples import AT
from report_samples import CLEAN, SICK, life, mended, message

from dq.history.figures import figures, percentiles
from dq.history.life_figures import life_figures, message_figures
from dq.history.once import weights
from dq.history.packing import packed
from dq.history.records import run_record, run_row
from dq.history.series_figures import Grid
from dq.history.tally import Tally, as_tallies, lines_of
from dq.model import DAY, HOUR, MINUTE, Parcel, Window

DAY_BEFORE = Grid(AT - DAY, AT)


def record(run, ago=0, length=HOUR, **changes):
    """The record of a run as of so long before AT, that looked back that far."""
    at = AT - ago
    row = run_row(replace(run, id=f"{at}-{length}", as_of=at, window=Window(at - length, at), **changes))
    return run_record({name: value for name, value in row.items() if name not in {"blind", "recorded_at", "place"}})


def owing(missing, *, owed=60):
    """A run over one series that owes so many slots and misses so many."""
    return replace(CLEAN, series=(replace(CLEAN.series[0], expected_bars=owed, missing_bars=missing),))


def minutes(*pairs):
    return [Window(start * MINUTE, end * MINUTE) for start, end in pairs]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, {}),
        (1, {50: 1, 95: 1, 99: 1}),
        (2, {50: 1, 95: 2, 99: 2}),
        (3, {50: 2, 95: 3, 99: 3}),
        (100, {50: 50, 95: 95, 99: 99}),
        (1000, {50: 500, 95: 950, 99: 990}),
    ],
)
def test_a_percentile_is_a_time_that_a_run_took(count, expected):
    assert percentiles(range(count, 0, -1)) == expected


@pytest.mark.parametrize(
    ("windows", "longest", "expected"),
    [
        ((), None, []),
        (minutes((0, 60), (60, 120)), None, [1, 1]),
        (minutes((0, 60), (0, 60)), None, [0, 1]),  # the later run saw what came late
        (minutes((0, 60), (55, 115), (110, 170)), None, [55 / 60, 55 / 60, 1]),
        (minutes((10, 12), (0, 60), (58, 60), (59, 61)), None, [0, 1, 0, 0.5]),  # an hour outweighs two minutes
        (minutes((0, 60), (120, 180), (30, 130)), None, [0.5, 50 / 60, 1]),  # of about one length the later
        (minutes((0, 43_200), (0, 60)), 1440 * MINUTE, [0, 1]),  # an audit of a month says nothing of a day
        (minutes((0, 43_200), (60, 43_260)), 1440 * MINUTE, [0, 1]),  # unless there is nothing else
        (minutes((0, 0)), None, [1]),
    ],
)
def test_every_moment_counts_once(windows, longest, expected):
    assert weights(windows, longest) == pytest.approx(expected)


def test_two_cadences_count_a_missing_bar_once():
    hourly = record(owing(6))
    each_minute = [record(owing(1, owed=1), ago * MINUTE, MINUTE) for ago in range(59, -1, -1)]
    told = figures([*each_minute, hourly], DAY_BEFORE)
    assert (told.series[0].owed, told.series[0].missing) == (60, 6)
    assert told.completeness == pytest.approx(54 / 60)
    assert [(one.window // MINUTE, one.runs) for one in told.kinds] == [(1, 60), (60, 1)]


def test_windows_that_overlap_count_in_part():
    told = figures([record(owing(6), 30 * MINUTE), record(owing(0))], DAY_BEFORE)
    assert (told.series[0].owed, told.series[0].missing) == (90, 3)


def test_cycles_of_the_collector_count_once_and_are_not_known_where_nobody_counted():
    runs = [record(CLEAN, HOUR, cycles=(60, 6)), record(CLEAN, 30 * MINUTE, cycles=(60, 0)), record(CLEAN)]
    told = figures(runs, DAY_BEFORE)
    assert told.cycles == (90, 3)
    assert told.cycles_succeeded == pytest.approx(87 / 90)
    assert figures(runs[-1:], DAY_BEFORE).cycles is None


def test_age_and_score_of_each_series_are_kept_with_the_run():
    by_name = {one.name: one for one in record(SICK).series}
    assert by_name["NQ=F 1m"].age == 8 * 60
    assert by_name["NQ=F 1m"].quality < by_name["AAPL 1m"].quality == 100
    assert by_name["BTC-USD 1m"].age is None  # nobody asked how old its bars are
    told = figures([record(SICK, ago * HOUR) for ago in range(20, -1, -1)], DAY_BEFORE)
    assert told.ages == {50: 480, 95: 480, 99: 480, 100: 480}
    assert told.stalest == "NQ=F 1m"


def test_a_quiet_market_is_not_stale():
    quiet = [replace(one, cause="quiet") if one.check == "stale_series" else one for one in SICK.findings]
    ages = {one.name: one.age for one in record(replace(SICK, findings=tuple(quiet))).series}
    assert ages["NQ=F 1m"] == 0


def test_lines_of_an_older_dq_have_no_score_and_no_age():
    lines = lines_of(packed([["NQ=F 1m", "ES=F 1m"], ["pass", "fail"], [60, 60], [0, 3], [0, 1]]))
    assert as_tallies(lines) == (Tally("NQ=F 1m", "pass", 60, 0, 0), Tally("ES=F 1m", "fail", 60, 3, 1))
    assert as_tallies(lines_of(packed([]))) == ()
    told = figures([replace(record(CLEAN), lines=lines, quality=None)], DAY_BEFORE)
    assert (told.quality, told.ages, told.series[0].quality) == (None, {}, None)


@pytest.mark.parametrize(
    ("length", "step", "count"), [(HOUR, 5 * MINUTE, 12), (DAY, HOUR, 24), (7 * DAY, 6 * HOUR, 28)]
)
def test_a_span_has_parts_of_a_round_length(length, step, count):
    grid = Grid(AT - length, AT)
    assert (grid.step, len(grid)) == (step, count)
    assert grid.parts([AT, AT - step, AT - step + 1, AT - length + 1]) == [count - 1, count - 2, count - 1, 0]


def test_parts_say_how_it_was_when():
    told = figures([record(owing(30), 2 * HOUR), record(owing(0))], Grid(AT - 3 * HOUR, AT))
    known = [complete for complete, _ in told.series[0].parts if complete is not None]
    assert known == [0.5, 1.0]
    assert [part["pass"] for part in told.parts if part["pass"]] == [1, 1]
    assert told.series[0].completeness == pytest.approx(90 / 120)


def test_series_that_come_and_go_keep_their_order():
    gone = replace(CLEAN, series=CLEAN.series[1:])
    back = replace(SICK, series=SICK.series[:1])
    told = figures([record(CLEAN, 2 * HOUR), record(gone, HOUR), record(back)], DAY_BEFORE)
    by_name = {one.name: one for one in told.series}
    assert (by_name["BTC-USD 1m"].runs, by_name["BTC-USD 1m"].last) == (2, "fail")
    assert (by_name["NQ=F 1m"].runs, by_name["NQ=F 1m"].last) == (2, "pass")


def test_incidents_of_a_span():
    lives = [
        life("a", AT - HOUR),
        mended("b", AT - 20 * HOUR, 10),
        mended("c", AT - 25 * HOUR, 120),  # opened before the span, resolved in it
        mended("d", AT - 30 * HOUR, 30),  # over before
        life("e", AT - HOUR, quiet=True),
        life("f", AT + HOUR),
        life("g", AT - 2 * HOUR, check="could_not_tell"),
    ]
    told = life_figures(lives, AT - DAY, AT)
    assert (told.opened, told.resolved, told.lasting, told.own) == (3, 2, 2, 1)
    assert (told.median_seconds, told.worst_seconds) == (65 * 60, 120 * 60)
    assert life_figures(lives, AT - 2 * DAY, AT - DAY).lasting == 1
    assert life_figures([], AT - DAY, AT).median_seconds is None


def test_messages_of_a_span():
    one = life()
    parcels = [
        Parcel(message(one, AT - HOUR), 1, "", 0, AT - HOUR),
        Parcel(message(one, AT - 2 * DAY), 1, "", 0, AT - 2 * DAY),
        Parcel(message(one, AT - MINUTE), 2, "it answered 503", AT),
        Parcel(message(one, AT), 0),
        Parcel(message(one, AT + HOUR), 0),
    ]
    told = message_figures(parcels, AT - DAY, AT)
    assert (told.sent, told.pending, told.error) == (1, 2, "it answered 503")
