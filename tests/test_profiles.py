"""Profiles: which recent slots of a series hold a bar, kept from run to run so that nobody asks twice."""

import sqlite3
from dataclasses import replace

import numpy as np
import pytest
from market_samples import instant

from dq.calendars import sessions
from dq.history import open_history
from dq.history.file import APPLICATION, VERSION
from dq.history.profiles import ProfileRecord
from dq.history.statements import statement
from dq.model import DAY, HOUR, MINUTE, Series, instant_text, lay_slots
from dq.run import Asked, validate
from dq.run.cases import open_case
from dq.run.fetch import fetch
from dq.run.judge import judge_all
from dq.run.profiles import Profiles
from dq.settings import SeriesSettings, Settings
from dq.sources import Access, open_source

FIVE = 5 * MINUTE
SHARE = Series("THIN", FIVE, "XNYS")
SESSIONS = sessions("XNYS", instant("2025-04-01"), instant("2025-06-30"))
SLOTS = lay_slots(SHARE, SESSIONS, 0, MINUTE)
START, END = instant("2025-05-01"), instant("2025-05-30")
NOON = instant("2025-05-28T16:00")


def thin(seed=1):
    """Timestamps of two bars in three, from April to June."""
    stamps = SLOTS.timestamps(np.arange(len(SLOTS)))
    return stamps[np.random.default_rng(seed).random(len(stamps)) < 0.66]


def record(stamps, until=END, phase=0, series=SHARE):
    return ProfileRecord.of(series, SLOTS, phase, START, until, stamps)


def test_what_was_kept_is_read_back(tmp_path):
    stamps = thin()
    with open_history(tmp_path / "h") as history:
        history.keep_profiles("here", [record(stamps)])
    with open_history(tmp_path / "h") as history:
        kept = history.profiles("here")["THIN", FIVE]
        assert history.profiles("elsewhere") == {}
    told = kept.stamps(SHARE, SLOTS, 0)
    assert told.tolist() == stamps[(stamps >= START) & (stamps < END)].tolist()


def test_what_is_kept_is_continued_with_what_was_read_since():
    stamps = thin()
    later = record(stamps, until=END - 5 * DAY).renewed(
        SHARE, SLOTS, 0, START + 2 * DAY, END, END - 8 * DAY, stamps[stamps >= END - 8 * DAY]
    )
    wanted = stamps[(stamps >= START + 2 * DAY) & (stamps < END)]
    assert later.stamps(SHARE, SLOTS, 0).tolist() == wanted.tolist()
    assert later == ProfileRecord.of(SHARE, SLOTS, 0, START + 2 * DAY, END, stamps)
    assert record(stamps, until=END - 9 * DAY).renewed(SHARE, SLOTS, 0, START, END, END - 8 * DAY, stamps) is None


def test_bars_of_days_are_kept_too():
    daily = replace(SHARE, interval=DAY)
    slots = lay_slots(daily, SESSIONS, 0, MINUTE)
    stamps = slots.timestamps(np.arange(len(slots)))[::2]
    kept = ProfileRecord.of(daily, slots, 0, START, END, stamps)
    assert kept.stamps(daily, slots, 0).tolist() == stamps[(stamps >= START) & (stamps < END)].tolist()


def test_a_month_of_minutes_takes_less_than_four_thousand_bytes():
    minutes = replace(SHARE, interval=MINUTE, calendar="24/7")
    slots = lay_slots(minutes, sessions("24/7", START, START + 30 * DAY), 0, MINUTE)
    stamps = slots.timestamps(np.arange(len(slots)))
    some = stamps[np.random.default_rng(1).random(len(stamps)) < 0.5]
    assert len(ProfileRecord.of(minutes, slots, 0, START, START + 21 * DAY, some).held) < 4000
    assert len(ProfileRecord.of(minutes, slots, 0, START, START + 21 * DAY, stamps).held) < 100


@pytest.mark.parametrize(
    "changed",
    [{"calendar": "24/7"}, {"extended_hours": True}, {"label": "close"}],
    ids=["calendar", "hours", "label"],
)
def test_other_rules_count_other_slots(changed):
    assert record(thin()).stamps(replace(SHARE, **changed), SLOTS, 0) is None
    assert record(thin()).stamps(SHARE, SLOTS, -1) is None


def test_a_calendar_that_was_corrected_since_counts_other_slots():
    closed = sessions("XNYS", instant("2025-04-01"), instant("2025-06-30"))
    half = replace(closed, closes=np.where(np.arange(len(closed)) == 25, closed.closes - HOUR, closed.closes))
    assert record(thin()).stamps(SHARE, lay_slots(SHARE, half, 0, MINUTE), 0) is None


def test_a_run_of_the_past_takes_nothing_from_what_is_known(tmp_path):
    with open_history(tmp_path / "h") as history:
        history.keep_profiles("here", [record(thin())])
        history.keep_profiles("here", [record(thin(), until=END - 5 * DAY)])
        assert history.profiles("here")["THIN", FIVE].until == END
        history.keep_profiles("here", [record(thin(), until=END - 5 * DAY, phase=-1)])
        assert history.profiles("here")["THIN", FIVE].until == END - 5 * DAY


def test_a_history_of_the_first_version_is_brought_up_to_date(tmp_path):
    path = tmp_path / "h"
    with sqlite3.connect(path) as old:
        for part in statement("schema/history_1").split(";\n"):
            old.execute(part)
        old.execute(f"PRAGMA application_id = {APPLICATION}")
        old.execute("PRAGMA user_version = 1")
        fields = "id, as_of, window_start, window_end, source, suite, verdict, exit_code, dq_version, seconds, bars"
        values = "'r', 5, 0, 5, 's', 'ohlc_1m', 'pass', 0, '0.1.0', 0.1, 7, 0, 0, 0, '{}'"
        old.execute(f"INSERT INTO run ({fields}, info, warning, critical, summary) VALUES ({values})")
    with open_history(path) as history:
        assert [run.id for run in history.runs(5)] == ["r"]
        assert history.profiles("s") == {}
        history.keep_profiles("s", [record(thin())])
        assert list(history.profiles("s")) == [("THIN", FIVE)]
    with sqlite3.connect(path) as new:
        assert new.execute("PRAGMA user_version").fetchone() == (VERSION,)


class Counted:
    """A real source that counts how often timestamps alone are asked of it."""

    def __init__(self, source):
        self.source, self.label, self.times = source, source.label, 0

    def stamps(self, wanted):
        self.times += len(wanted)
        return self.source.stamps(wanted)


@pytest.fixture
def asked(tmp_path):
    lines = [f"THIN,{instant_text(at)},10,10,10,10,100" for at in thin().tolist()]
    (tmp_path / "bars.csv").write_text("\n".join(["instrument,timestamp,open,high,low,close,volume", *lines]))
    settings = Settings(history=tmp_path / "state" / "history", cache=tmp_path / "cache")
    flags = SeriesSettings(interval=FIVE, calendar="XNYS")
    return Asked(Access(str(tmp_path / "bars.csv")), settings, now=END, window=HOUR, at=NOON, flags=flags)


def questions_of(asked):
    """How often one run asks for timestamps, and what it kept."""
    with open_source(asked.access) as source:
        counted = Counted(source)
        fetched = list(fetch(source, asked))
        cases = [open_case(one, asked) for one in fetched]
        profiles = Profiles(counted, fetched, cases, asked)
        judge_all(cases, profiles.stamps)
        records = profiles.renewed()
    if asked.record:
        with open_history(asked.settings.history) as history:
            history.keep_profiles(source.label, records)
    return counted.times, len(records)


def test_the_second_run_asks_for_nothing(asked):
    assert questions_of(asked) == (1, 1)
    assert questions_of(replace(asked, at=NOON + HOUR)) == (0, 0)


def test_runs_keep_it_up_to_date(asked):
    hours = [questions_of(replace(asked, at=NOON + hour * HOUR)) for hour in (0, *range(24, 24 * 20, 24))]
    assert sum(times for times, _ in hours) == 1
    assert 2 <= sum(written for _, written in hours) <= 12


def test_a_profile_that_ended_before_what_is_read_is_asked_anew(asked):
    assert questions_of(asked) == (1, 1)
    assert questions_of(replace(asked, at=NOON + 21 * DAY)) == (1, 1)


def test_a_run_that_is_not_recorded_neither_reads_nor_keeps_a_profile(asked):
    assert questions_of(replace(asked, record=False))[0] == 1
    assert not asked.settings.history.exists()
    assert questions_of(asked) == (1, 1)
    assert questions_of(replace(asked, record=False))[0] == 1


def test_what_is_kept_changes_no_verdict(asked):
    for hour in range(0, 60, 7):
        at = replace(asked, at=NOON - 2 * DAY + hour * HOUR)
        kept, fresh = validate(at, "0").run, validate(replace(at, record=False), "0").run
        assert [replace(one, series=None) for one in kept.findings] == [
            replace(one, series=None) for one in fresh.findings
        ]
        assert kept.completeness == fresh.completeness


def test_a_history_that_cannot_be_read_is_told_once_and_the_source_is_asked(asked):
    asked.settings.history.parent.mkdir()
    asked.settings.history.mkdir()
    run = validate(asked, "0").run
    assert [error.kind for error in run.errors] == ["history"]
    assert {one.cause for one in run.findings if one.check == "missing_bar"} == {"quiet"}
