"""Runs whose calendar is learned, or was guessed wrongly; sources that are late; series that begin."""

import json

import numpy as np
import pytest
from bar_tables import create
from market_samples import instant, taken, walk
from test_auto_calendar import stamps_of
from validate_support import csv_of

from dq.model import DAY, HOUR, MINUTE, Bars, instant_text
from dq.run import Asked, validate
from dq.settings import SeriesSettings, read_settings
from dq.sources import Access

WRONG = {  # the calendar that bars keep: a name that speaks for another
    "CME_Equity": "AAPL",
    "XNYS": "VOD.L",
    "FX": "7203.T",
    "24/7": "SOL=F",
    "XTKS": "XYZ",
}
NEED_SESSIONS = {"missing_bar", "stale_series", "off_session_bar", "low_completeness", "dst_shift"}


def bars_at(stamps, seed=1):
    """A calm market with a bar at each of those timestamps."""
    calm = walk(len(stamps), seed)
    return Bars(stamps, calm.open, calm.high, calm.low, calm.close, calm.volume)


def ask(desk, bars, name, *, at=None, window=None, **flags):
    """The run over those bars, in this process."""
    path = desk.folder / "bars.csv"
    path.write_text(csv_of(bars, name))
    settings = read_settings({"DQ_CACHE_DIR": str(desk.cache), "HOME": str(desk.folder)}, desk.folder)
    now = int(bars.timestamp[-1]) if at is None else at
    access = Access(str(path))
    asked = Asked(access, settings, now, at=at, window=window, flags=SeriesSettings(**flags), record=False)
    return validate(asked, "0").run


def loud(run, checks=NEED_SESSIONS):
    return [
        (one.check, one.cause, instant_text(one.start))
        for one in run.findings
        if one.severity != "info" and one.check in checks
    ]


@pytest.mark.parametrize("calendar", WRONG)
def test_a_guess_that_the_bars_contradict_is_dropped(desk, calendar):
    span = ("2025-05-07", "2025-07-18") if calendar == "XTKS" else ("2025-09-22", "2025-11-15")  # without holidays
    run = ask(desk, bars_at(stamps_of(calendar, *span, 15 * MINUTE)), WRONG[calendar])
    (verdict,) = run.series
    assert (verdict.verdict, verdict.series.calendar, run.errors, loud(run)) == ("pass", "auto", (), [])
    assert any(one.startswith("calendar auto (") and "% of the bars contradict it" in one for one in verdict.assumed)
    assert {one.check for one in verdict.checks if one.verdict == "not_checked"} & NEED_SESSIONS <= {
        "stale_series",
        "dst_shift",
    }


def test_a_calendar_that_fits_is_named(desk):
    run = ask(desk, bars_at(stamps_of("CME_Equity", "2025-09-22", "2025-11-15", 15 * MINUTE)), "AAPL")
    assert any('calendar = "CME_Equity"' in note for note in run.series[0].notes)


def test_a_guess_that_owes_far_more_than_there_ever_is_is_dropped(desk):
    run = ask(desk, bars_at(stamps_of("XNYS", "2025-09-22", "2025-11-15", 15 * MINUTE)), "XYZ-USD")
    assert (run.series[0].series.calendar, loud(run)) == ("auto", [])
    assert "calendar auto (24/7 was guessed, its bars fill 20 % of it)" in run.series[0].assumed


def test_a_thin_series_and_one_with_a_long_outage_keep_their_guess(desk):
    stamps = stamps_of("24/7", "2025-09-22", "2025-11-15", 15 * MINUTE)
    thin = stamps[np.random.default_rng(3).random(len(stamps)) < 0.5]
    lost = stamps[(stamps < instant("2025-10-01")) | (stamps > instant("2025-10-21"))]
    for some in (thin, lost):
        assert ask(desk, bars_at(some), "BTC-USD").series[0].series.calendar == "24/7"


def test_local_time_stored_as_utc_does_not_make_the_guess_wrong(desk):
    stamps = stamps_of("XNYS", "2025-06-02", "2025-08-01", 15 * MINUTE) - 4 * HOUR
    assert ask(desk, bars_at(stamps), "AAPL").series[0].series.calendar == "XNYS"


@pytest.mark.parametrize("window", [None, DAY])
@pytest.mark.parametrize(("calendar", "name"), [("XTKS", "7203.T"), ("XNYS", "AAPL"), ("CME_Equity", "NQ=F")])
def test_a_guess_is_kept_where_only_some_sessions_are_displaced(desk, calendar, name, window):
    stamps = stamps_of(calendar, "2025-05-07", "2025-07-01", 15 * MINUTE)
    wrong = (stamps >= instant("2025-06-08")) & (stamps < instant("2025-06-21"))
    run = ask(
        desk,
        bars_at(np.sort(np.where(wrong, stamps + 9 * HOUR, stamps))),
        name,
        at=instant("2025-07-01"),
        window=window,
    )
    assert (run.series[0].series.calendar, run.errors) == (calendar, ())
    assert {check for check, _, _ in loud(run)} == ({"dst_shift"} if window is None else set())


def test_the_right_guess_is_kept_whatever_the_hours_of_its_bars(desk):
    stamps = stamps_of("XNYS", "2025-01-02", "2025-11-15", HOUR)
    run = ask(desk, bars_at(stamps), "AAPL", at=instant("2025-11-14T19:00"), window=HOUR)
    assert run.series[0].series.calendar == "XNYS"


@pytest.mark.parametrize("window", [None, HOUR])
def test_a_hole_in_learned_sessions_is_found(desk, window):
    stamps = stamps_of("CME_Equity", "2025-09-15", "2025-11-13T15:00", 5 * MINUTE)
    hole = (stamps >= instant("2025-11-13T14:00")) & (stamps < instant("2025-11-13T14:45"))
    at = None if window is None else int(stamps[-1]) + 6 * MINUTE
    run = ask(desk, bars_at(stamps[~hole]), "NQ", at=at, window=window, calendar="auto")
    assert loud(run, {"missing_bar"}) == [("missing_bar", "hole", "2025-11-13T14:00:00Z")]


def test_auto_says_how_much_it_needs(desk):
    desk.write("bars.csv", csv_of(bars_at(stamps_of("XNYS", "2025-11-03", "2025-11-08", 5 * MINUTE)), "AAPL"))
    answer = desk.json("bars.csv", "--calendar", "auto")
    (error,) = answer.errors
    assert (answer.status, error["kind"]) == (3, "calendar")
    assert "cannot be learned" in error["message"]
    assert "two weeks" in error["hint"]


def test_a_contradicted_guess_with_too_few_bars_stays_unknown(desk):
    run = ask(desk, bars_at(stamps_of("24/7", "2025-11-01", "2025-11-04", 5 * MINUTE)), "AAPL")
    assert (run.series[0].verdict, run.exit_code, [one.kind for one in run.errors]) == ("unknown", 3, ["calendar"])
    assert "--calendar 24/7" in run.errors[0].hint


@pytest.mark.parametrize(("calendar", "name"), [("CME_Equity", "AAPL"), ("CME_Equity", "NQ-USD"), ("XNYS", "XYZ-USD")])
def test_a_wrong_guess_raises_no_alarm_in_any_hour_of_a_week(desk, calendar, name):
    stamps = stamps_of(calendar, "2025-09-08", "2025-11-13", 15 * MINUTE)
    bars = bars_at(stamps)
    start = instant("2025-11-06T00:30")  # with a weekend in it, and the clocks gone back the Sunday before
    for at in range(start, start + 6 * DAY, 5 * HOUR):
        run = ask(desk, taken(bars, np.flatnonzero(stamps + 15 * MINUTE <= at)), name, at=at, window=HOUR)
        assert (loud(run), run.errors) == ([], ()), instant_text(at)


def test_a_database_is_asked_for_the_last_weeks_of_the_series_that_need_it_alone(server, schema, desk):
    create(server, schema)
    at = instant("2025-11-13T15:00")
    for name, calendar in (("AAPL", "CME_Equity"), ("BTC-USD", "24/7")):
        stamps = stamps_of(calendar, "2025-09-15", "2025-11-13T15:00", 15 * MINUTE)
        rows = ", ".join(
            f"('{name}', '{instant_text(each)}', 100, 102, 98, 101, {each // 900_000_000 % 17 + 1})"
            for each in stamps.tolist()
        )
        server.run(f"INSERT INTO {schema}.ohlc_data VALUES {rows}")
    desk.write("dq.toml", f'[source]\nschema = "{schema}"\n')
    answer = desk.json(server.tcp(), "--window", "1h", "--at", instant_text(at))
    calendars = {one["instrument"]: one["calendar"] for one in answer.report["series"]}
    assert (calendars, answer.errors) == ({"AAPL": "auto", "BTC-USD": "24/7"}, [])
    assert [one for one in answer.findings if one[0] in NEED_SESSIONS] == []


LATE = 10 * MINUTE


@pytest.mark.parametrize(
    ("calendar", "interval"), [("24/7", MINUTE), ("XNYS", MINUTE), ("CME_Equity", 5 * MINUTE), ("XNYS", HOUR)]
)
def test_a_source_that_is_late_as_a_rule_raises_no_alarm_in_sixty_hours(desk, calendar, interval):
    stamps = stamps_of(calendar, "2025-11-10" if interval < HOUR else "2025-08-01", "2025-11-15", interval)
    bars = bars_at(stamps)
    for hour in range(0, 60, 1 if interval < HOUR else 3):
        at = instant("2025-11-12T00:03") + hour * HOUR
        there = np.flatnonzero(
            (stamps + interval + LATE <= at) & (stamps > at - (2 * DAY if interval < HOUR else 99 * DAY))
        )
        run = ask(desk, taken(bars, there), "X", at=at, window=HOUR, calendar=calendar, delay=LATE, interval=interval)
        assert (loud(run), run.errors) == ([], ()), instant_text(at)


def test_without_its_delay_the_same_source_is_stale(desk):
    stamps = stamps_of("24/7", "2025-11-10", "2025-11-12", MINUTE)
    run = ask(desk, bars_at(stamps), "X", at=int(stamps[-1]) + MINUTE + LATE, window=HOUR, calendar="24/7")
    assert [check for check, _, _ in loud(run, {"stale_series"})] == ["stale_series"]


def test_what_a_late_source_loses_is_told_in_one_hour_and_one_alone(desk):
    stamps = stamps_of("24/7", "2025-11-10", "2025-11-13", MINUTE)
    lost = (stamps >= instant("2025-11-12T05:52")) & (stamps < instant("2025-11-12T06:00"))
    stamps = stamps[~lost]
    bars, told = bars_at(stamps), []
    for hour in range(10):
        at = instant("2025-11-12T03:00") + hour * HOUR
        there = np.flatnonzero((stamps + MINUTE + LATE <= at) & (stamps > at - 2 * DAY))
        run = ask(desk, taken(bars, there), "X", at=at, window=HOUR, calendar="24/7", delay=LATE)
        told += [(hour, one.count) for one in run.findings if one.check == "missing_bar" and one.severity != "info"]
    assert told == [(4, 8)]


@pytest.mark.parametrize("count", [2, 3, 10, 90])
@pytest.mark.parametrize("name", ["BTC-USD", "AAPL"])
def test_the_first_bars_of_a_new_collector_raise_no_alarm(desk, name, count):
    start = instant("2025-11-12T15:17")
    at = start + count * MINUTE
    run = ask(desk, walk(count, start=start), name, at=at, window=2 * HOUR)
    assert (run.findings, run.errors, run.series[0].verdict) == ((), (), "pass")
    assert any("its first bar" in note for note in run.series[0].notes)


def test_one_bar_says_what_is_missing_to_judge_it(desk):
    run = ask(desk, walk(1, start=instant("2025-11-12T15:17")), "BTC-USD", at=instant("2025-11-12T15:18"), window=HOUR)
    assert [one.message for one in run.errors] == [
        "Its bars do not say their interval: no two of them in a row lie whole seconds apart."
    ]


def test_auto_can_be_set_for_a_series(desk):
    desk.write("dq.toml", f'[series."NQ"]\ncalendar = {json.dumps("auto")}\n')
    desk.write("bars.csv", csv_of(bars_at(stamps_of("CME_Equity", "2025-10-01", "2025-11-15", 15 * MINUTE)), "NQ"))
    answer = desk.json("bars.csv")
    assert (answer.status, [one["calendar"] for one in answer.report["series"]]) == (0, ["auto"])
