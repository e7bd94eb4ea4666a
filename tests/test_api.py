"""`dq.validate`: the run as a function."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from market_samples import NOON, walk
from validate_support import clean, holed

import dq
from dq.model import COLUMNS, MINUTE


@pytest.fixture(autouse=True)
def desk(monkeypatch, tmp_path):
    """A folder in which nothing of the user's own has a say."""
    for name in ("DATABASE_URL", "SUPABASE_URL", "SUPABASE_KEY", "INSTRUMENT", "MARKET_TIMEZONE", "DQ_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DQ_HISTORY", str(tmp_path / "history.sqlite"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def frame(count=120, lost=(), name="BTC-USD"):
    bars = walk(count)
    stamps = pd.to_datetime(bars.timestamp, unit="us", utc=True)
    values = {column: bars.column(column) for column in COLUMNS}
    return pd.DataFrame({"instrument": name, "timestamp": stamps, **values}).drop(index=list(lost))


class Slow:
    """A frame whose owner takes his time."""

    def __arrow_c_stream__(self, requested_schema=None):
        time.sleep(30)


def moment(number):
    """When the bar of that number opens."""
    return pd.Timestamp(NOON + number * MINUTE, unit="us", tz="UTC")


def checks(run):
    return list(zip(run.findings["check"], run.findings["count"], strict=True))


def test_a_frame_is_judged_and_the_run_returned(capfd):
    run = dq.validate(frame(lost=range(50, 60)))
    assert isinstance(run, dq.Run)
    assert (run.verdict, run.exit_code, run.source) == ("fail", 1, "DataFrame (110 rows × 7 columns)")
    assert ("missing_bar", 10) in checks(run)
    assert dq.validate(frame()).verdict == "pass"
    assert capfd.readouterr() == ("", "")


def test_a_path_is_judged_as_the_command_judges_it(desk):
    (desk / "bars.csv").write_text(holed())
    command = [sys.executable, "-m", "dq", "validate", "bars.csv", "--no-history", "--format", "json"]
    answer = subprocess.run(command, cwd=desk, capture_output=True, text=True, check=False)
    told, expected = json.loads(dq.validate(Path("bars.csv")).to_json()), json.loads(answer.stdout)
    for document in (told, expected):
        del document["run"]["id"], document["run"]["seconds"]
    assert told == expected


@pytest.mark.parametrize(
    "at",
    [
        "2025-11-25T13:00Z",
        "2025-11-25T08:00-05:00",
        datetime(2025, 11, 25, 13, tzinfo=UTC),
        pd.Timestamp("2025-11-25T14:00+01:00"),
        np.datetime64("2025-11-25T13:00"),
    ],
)
@pytest.mark.parametrize("window", ["30m", timedelta(minutes=30), pd.Timedelta("30min"), np.timedelta64(30, "m")])
def test_instants_and_lengths_are_those_of_python_too(at, window):
    run = dq.validate(frame(lost=range(40, 45)), window=window, at=at)
    assert run.as_of == run.window.end == moment(60)
    assert run.window.end - run.window.start == timedelta(minutes=30)
    assert ("missing_bar", 5) in checks(run)


def test_bounds_in_place_of_a_window():
    run = dq.validate(frame(), begin="2025-11-25T12:10Z", end="2025-11-25T12:40Z", at="2025-11-25T15:00Z")
    assert run.window == (moment(10), moment(40))


def test_what_is_known_of_series_is_said_in_the_call():
    bare = frame().drop(columns="instrument")
    run = dq.validate(bare, instruments="NQ=F", interval="1m", calendar="24/7", series={"NQ=F": {"tick": 0.5}})
    (judged,) = run.record.series
    assert (judged.series.instrument, judged.series.calendar, judged.series.tick) == ("NQ=F", "24/7", 0.5)
    naive = frame().rename(columns={"timestamp": "ts"})
    naive["ts"] = naive.ts.dt.tz_convert("America/New_York").dt.tz_localize(None)
    run = dq.validate(naive, columns={"timestamp": "ts"}, timezone="America/New_York")
    assert (run.verdict, run.series["first"][0]) == ("pass", moment(0))


def test_every_fault_of_a_call_is_told_at_once():
    wrong = {
        "window": 5,
        "begin": pd.NaT,
        "end": datetime(2025, 11, 25),  # noqa: DTZ001  the fault
        "at": "2025",
        "suite": "",
        "instruments": 5,
        "interval": timedelta(0),
        "calendar": "XNYZ",
        "timezone": "Mars",
        "columns": {"opne": "o"},
        "series": {"ES": {"tik": 1, "tick": -1, "delay": timedelta(seconds=-1)}},
        "fail_on": "warn",
        "jobs": 0,
        "allow_empty": 1,
        "record": "yes",
        "deadline": -1,
        "reference": 5,
        "progress": "yes",
    }
    with pytest.raises(dq.DqError) as told:
        dq.validate([1, 2], **wrong)
    first, *lines = told.value.message.splitlines()
    assert first == "21 faults in the call:"
    told_of = [line.split(":")[0].strip() for line in lines]
    keys = ["series['ES']['tik']", "series['ES']['tick']", "series['ES']['delay']"]
    assert sorted(told_of) == sorted(["source", *(name for name in wrong if name != "series"), *keys])
    assert "did you mean 'open'" in told.value.message
    assert told.value.exit_status == 2


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"window": "1h", "begin": "2025-11-25T12:00Z"}, "both say where to begin"),
        ({"end": "2025-11-25T12:00Z"}, "it needs a beginning"),
        ({"suite": "nope"}, "There is no suite 'nope'"),
        ({"suite": {"name": "mine"}}, "suite: it must be a name or a file: write what you altered with json.dumps"),
        ({"columns": {"open": "close"}}, "open and close are the same column"),
        ({"instruments": "\udcff"}, "no text that UTF-8 can hold"),
    ],
)
def test_questions_that_contradict_themselves_are_refused(question, said):
    with pytest.raises(dq.DqError, match=said) as told:
        dq.validate(frame(), **question)
    assert told.value.exit_status == 2


def test_a_frame_that_cannot_become_bars_is_a_run_that_could_not_tell():
    run = dq.validate(frame().drop(columns="close"))
    assert (run.verdict, run.exit_code) == ("unknown", 3)
    assert 'has no column "close"' in run.errors[0].message


def test_settings_hold_for_paths_and_not_for_frames(desk):
    (desk / "dq.toml").write_text('[series."BTC-USD"]\ncalendar = "24/5"\n[source]\nurl = "bars.csv"\n')
    (desk / "bars.csv").write_text(clean())
    assert dq.validate().series["calendar"][0] == "24/5"
    assert dq.validate(calendar="24/7").series["calendar"][0] == "24/7"
    assert dq.validate(series={"BTC-USD": {"calendar": "24/7"}}).series["calendar"][0] == "24/7"
    assert dq.validate(frame()).series["calendar"][0] == "24/7"
    (desk / "dq.toml").write_text("grace = 5")
    with pytest.raises(dq.DqError, match="grace"):
        dq.validate("bars.csv")
    assert dq.validate(frame()).verdict == "pass"


def test_nothing_is_recorded_unless_it_is_asked_for(desk):
    dq.validate(frame())
    assert not (desk / "history.sqlite").exists()
    assert dq.validate(frame(), record=True).errors == ()
    assert (desk / "history.sqlite").exists()


def test_signals_are_left_alone_unless_a_deadline_is_asked_for():
    def untouched(*_):
        raise AssertionError

    before = signal.signal(signal.SIGALRM, untouched)
    try:
        dq.validate(frame())
        dq.validate(frame(), deadline="1m")
        assert signal.getsignal(signal.SIGALRM) is untouched
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
        late = dq.validate(Slow(), deadline=timedelta(milliseconds=200))
        assert (late.exit_code, late.errors[0].message) == (3, "The run did not end within 0.2s.")
    finally:
        signal.signal(signal.SIGALRM, before)


def test_threads_may_judge_but_have_no_deadline():
    told = []

    def judge():
        told.append(dq.validate(frame()).verdict)
        try:
            dq.validate(frame(), deadline="1m")
        except dq.DqError as wrong:
            told.append(wrong.message)

    thread = threading.Thread(target=judge)
    thread.start()
    thread.join()
    assert told == ["pass", "deadline: it works in the main thread alone; leave it out here"]


def test_the_package_is_light_until_it_is_used():
    script = (
        "import sys, dq; heavy = ('numpy', 'pandas', 'pyarrow', 'pandera', 'plotly', 'rich', 'jinja2', 'click')\n"
        "print([name for name in heavy if name in sys.modules]); [getattr(dq, name) for name in dq.__all__ if name != 'schemas']\n"
        "print([name for name in heavy[1:] if name in sys.modules]); print('validate' in dir(dq), 'schemas' in dir(dq))"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n[]\nTrue True\n"
