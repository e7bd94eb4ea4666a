"""History: a run that was recorded is the same run again; what a file of an older dq holds of one is shown, too."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from history_places import answer, place  # noqa: F401  a fixture
from html_samples import AT, BTC, NQ, clean_run, crowded_run, sick_run
from hypothesis import given, settings
from hypothesis import strategies as st

from dq.history import HistoryError, open_history
from dq.history.tally import tally_blob
from dq.history.whole import body_of
from dq.model import (
    HOUR,
    SEVERITIES,
    CheckVerdict,
    Evidence,
    Finding,
    Incident,
    PastRun,
    Run,
    RunError,
    Series,
    SeriesVerdict,
    Window,
)

VERSION_2 = Path(__file__).with_name("history_version_2.sql").read_text("utf-8")
SICK = sick_run()[0]

texts = st.text(st.characters(codec="utf-8"), max_size=12)  # what SQLite's own columns take
any_texts = st.text(max_size=12)  # half a surrogate pair, as a broken file has it
stamps = st.integers(-(1 << 63), (1 << 63) - 1)
counts = st.integers(0, 1 << 40)
numbers = st.floats(allow_nan=False)
maybe = st.none() | numbers
names = st.lists(any_texts, max_size=3).map(tuple)
series = st.builds(
    Series,
    any_texts,
    st.integers(1, 1 << 50),
    any_texts,
    tick=maybe,
    label=st.sampled_from(["open", "close"]),
    guessed=st.booleans(),
    extended_hours=st.booleans(),
)
checks = st.builds(CheckVerdict, any_texts, st.sampled_from(["pass", "fail", "not_checked"]), any_texts, counts)
verdicts = st.builds(
    SeriesVerdict,
    series,
    counts,
    st.none() | counts,
    counts,
    st.none() | counts,
    st.none() | counts,
    st.none() | stamps,
    st.none() | stamps,
    st.sampled_from(["pass", "fail", "unknown"]),
    st.lists(checks, max_size=3).map(tuple),
    any_texts,
    names,
    names,
)
findings = st.builds(
    Finding,
    check=any_texts,
    severity=st.sampled_from(SEVERITIES),
    series=st.none() | series,
    start=stamps,
    end=stamps,
    count=counts,
    message=any_texts,
    columns=names,
    cause=st.none() | any_texts,
    observed=maybe | any_texts | st.booleans(),
    expected=maybe,
    evidence=st.none() | st.builds(Evidence, maybe, maybe, maybe, st.none() | st.booleans()),
    subject=any_texts,
    parts=st.lists(st.tuples(stamps, stamps), max_size=2).map(tuple),
    names=names,
)
incidents = st.builds(
    Incident,
    id=st.uuids().map(str),
    check=texts,
    cause=st.none() | texts,
    severity=st.sampled_from(SEVERITIES),
    state=st.sampled_from(["open", "worse", "ongoing", "resolved"]),
    start=stamps,
    end=stamps,
    series=st.lists(texts, max_size=3).map(tuple),
    findings=st.lists(counts, max_size=3).map(tuple),
    message=texts,
)
errors = st.builds(RunError, texts, texts, texts, st.none() | texts, st.booleans())
runs = st.builds(
    Run,
    id=texts,
    as_of=stamps,
    window=st.builds(Window, stamps, stamps),
    source=texts,
    suite=texts,
    verdict=st.sampled_from(["pass", "fail", "unknown"]),
    exit_code=st.integers(0, 3),
    dq_version=texts,
    seconds=st.floats(0, 1e6),
    series=st.lists(verdicts, max_size=3).map(tuple),
    findings=st.lists(findings, max_size=3).map(tuple),
    incidents=st.lists(incidents, max_size=2).map(tuple),
    errors=st.lists(errors, max_size=2).map(tuple),
    notes=st.lists(texts, max_size=2).map(tuple),
)


@pytest.fixture
def history(place):  # noqa: F811
    with open_history(place) as opened:
        yield opened


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    with open_history(tmp_path_factory.mktemp("history") / "history.sqlite") as opened:
        yield opened


@settings(max_examples=30, deadline=None)
@given(run=runs)
def test_any_run_is_the_same_again(lasting, run):
    lasting.record(run)
    assert lasting.run(run.id) == run


@pytest.mark.parametrize("sample", [clean_run, sick_run, crowded_run])
def test_lifelike_runs_are_the_same_again(history, sample):
    run = sample()[0]
    history.record(run)
    assert history.run(run.id) == run
    assert history.run(run.id).completeness == run.completeness
    assert history.run("another") is None


def test_numbers_of_numpy_come_back_as_pythons(history):
    spike = replace(SICK.findings[0], start=np.int64(60), observed=np.float64(1.5), evidence=Evidence(np.float64(9.0)))
    history.record(replace(SICK, findings=(spike,)))
    (found,) = history.run(SICK.id).findings
    assert (found, type(found.start), type(found.observed)) == (spike, int, float)


@pytest.mark.parametrize(("number", "most"), [(100, 2_500), (1_000, 20_000)])
def test_a_clean_run_of_many_series_is_small(number, most):
    """What all series have alike stands there once: 25 checks of each, with their reasons."""
    said = tuple(CheckVerdict(f"check_{at}", "not_checked", "the source has no order of arrival") for at in range(25))
    one = SICK.series[0]
    many = [replace(one, series=replace(BTC, instrument=f"S{at:04}-USD"), checks=said) for at in range(number)]
    run = replace(SICK, series=tuple(many), findings=(), incidents=())
    assert len(body_of(run)) + len(tally_blob(run)) < most


def test_details_are_dropped_by_their_weight_and_figures_stay(history, monkeypatch):
    monkeypatch.setattr("dq.history.retention.WEIGHT", 3 * len(body_of(SICK)))
    for number in range(6):
        history.record(replace(SICK, id=f"r-{number}", as_of=AT + number))
    assert [record.id for record in history.runs(10)] == [f"r-{number}" for number in reversed(range(6))]
    assert history.runs(10)[-1].checks["price_spike"] == 1
    assert history.run("r-3") == replace(SICK, id="r-3", as_of=AT + 3)
    with pytest.raises(HistoryError, match="only the figures are kept") as raised:
        history.run("r-2")
    assert "judge that window again" in raised.value.hint


def test_a_run_heavier_than_all_that_may_be_kept_is_kept_alone(history, monkeypatch):
    monkeypatch.setattr("dq.history.retention.WEIGHT", 10)
    history.record(SICK)
    history.record(replace(SICK, id="r-2"))
    assert history.run("r-2").findings == SICK.findings


def test_a_damaged_detail_is_told(history, place):  # noqa: F811
    history.record(SICK)
    answer(
        place,
        "UPDATE detail SET body = CAST('no' AS BLOB)" if isinstance(place, Path) else "UPDATE detail SET body = 'no'",
    )
    with pytest.raises(HistoryError, match="damaged"):
        history.run(SICK.id)


def test_earlier_runs_of_the_same_source_and_length_come_oldest_first(history):
    def past(at, **changes):
        start, length = AT + at * HOUR, changes.pop("length", HOUR)
        changes = {"id": f"r-{at}", "as_of": start, "window": Window(start - length, start)} | changes
        history.record(replace(SICK, **changes))

    for at in range(5):
        past(at)
    past(2, id="again", verdict="unknown")
    past(3, id="a day", as_of=AT + 1, length=24 * HOUR)
    past(3, id="elsewhere", as_of=AT + 2, source="bars.csv")
    past(1, id="longer", as_of=AT + 3, length=2 * HOUR)
    asked = replace(SICK, id="r-4", as_of=AT + 4 * HOUR)
    assert [one.id for one in history.past(asked)] == ["r-0", "longer", "r-1", "again", "r-3"]
    assert [one.id for one in history.past(asked, limit=2)] == ["again", "r-3"]
    assert history.past(asked)[0] == PastRun(
        "r-0",
        AT,
        Window(AT - HOUR, AT),
        "fail",
        1,
        0.31,
        300,
        SICK.completeness,
        {"info": 0, "warning": 1, "critical": 3},
        {one.series.name: (one.verdict, one.completeness) for one in SICK.series},
    )


def older(path):
    """A file of version 2, as dq 0.1.0 left it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_2)
    return path


def test_a_file_of_an_older_dq_is_brought_up_to_date(tmp_path):
    with open_history(older(tmp_path / "history.sqlite")) as history:
        run, (record,) = history.run("0ld0ld0ld0ld0ld0"), history.runs(10)
        history.record(SICK)
        assert history.run(SICK.id) == SICK
        assert [one.id for one in history.past(replace(SICK, as_of=AT + HOUR, id="new"))] == [SICK.id]
    assert (run.verdict, run.exit_code, run.window, run.bars) == ("unknown", 3, SICK.window, SICK.bars)
    assert [(one.check, one.start, one.evidence, one.message) for one in run.findings] == [
        (one.check, one.start, one.evidence, one.message) for one in SICK.findings
    ]
    assert {one.series.name: one.completeness for one in run.series} == {
        one.series.name: one.completeness for one in SICK.series
    }
    assert [(one.check, one.series) for one in run.incidents if one.check == "stale_series"] == [
        ("stale_series", (NQ.instrument,))
    ]
    assert run.notes[0] == "a note"
    assert "older dq" in run.notes[1]
    assert run.errors == (RunError("source", "ES=F did not answer.", "Try again.", "ES=F"),)
    assert record.past.series["NQ=F 1m"] == ("fail", pytest.approx(52 / 60))


def test_its_incidents_go_on(tmp_path):
    with open_history(older(tmp_path / "history.sqlite")) as history:
        lives = history.lives(lasting=True)
        assert len(lives) == 4
        assert history.lives() == lives
        tellers = [history.teller(one) for one in lives]  # of a cause, an older dq gave another id
        assert {one.id for one in tellers if one} == {"0ld0ld0ld0ld0ld0"}
        assert any(tellers)
