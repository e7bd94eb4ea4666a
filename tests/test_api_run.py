"""`dq.Run`: what people get at a prompt and in a notebook."""

from __future__ import annotations

import json
import re
import traceback
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import polars as pl
import pyarrow as pa
import pytest
from jsonschema import Draft202012Validator

import dq

SCHEMA = json.loads((Path(dq.__file__).parent / "reports" / "run.schema.json").read_text("utf-8"))
NOW = "2026-03-12T19:00Z"
INSTANT = "datetime64[us, UTC]"


@pytest.fixture(scope="module")
def sample():
    return dq.sample("10d")


@pytest.fixture(scope="module")
def run(sample):
    return dq.validate(sample.bars, window="1h", at=NOW, reference=sample.truth)


@pytest.fixture(scope="module")
def nothing(sample):
    return dq.validate(sample.bars[:0], allow_empty=True)


def test_a_run_says_its_verdict_in_plain_values(run):
    assert (run.verdict, run.exit_code, run.suite) == ("fail", 1, "ohlc_1m")
    assert run.window == (pd.Timestamp("2026-03-12T18:00Z"), pd.Timestamp(NOW))
    assert run.as_of == pd.Timestamp(NOW)
    assert run.completeness == pytest.approx(1 - 19 / 300)
    assert run.errors == ()
    assert [note for note in run.notes if note.startswith("Compared with DataFrame (")]
    assert run.count("critical") == (run.findings["severity"] == "critical").sum()
    with pytest.raises(dq.DqError, match="'criticl' is no severity"):
        run.count("criticl")


def test_findings_are_a_frame_of_clean_types(run):
    types = run.findings.dtypes.astype(str).to_dict()
    assert types["severity"] == "category"
    assert {types[name] for name in ("start", "end")} == {INSTANT}
    assert {types[name] for name in ("check", "instrument", "interval", "cause", "message", "columns")} == {"str"}
    assert {types[name] for name in ("sigmas", "ticks", "percent")} == {"float64"}
    assert (types["count"], types["came_back"]) == ("int64", "boolean")
    loud = run.findings[run.findings["severity"] >= "warning"]
    assert len(loud) == len(run.findings.query("severity != 'info'"))
    spike = run.findings.query("check == 'price_spike'").iloc[0]
    assert (spike["instrument"], spike["start"]) == ("BTC-USD", pd.Timestamp("2026-03-12T18:40Z"))
    assert spike["sigmas"] > 10
    assert bool(spike["came_back"])
    assert spike["columns"] == "open, high, low, close"


@pytest.mark.parametrize("name", ["findings", "incidents", "series", "checks"])
def test_empty_frames_have_the_same_columns_and_types(run, nothing, name):
    full, empty = getattr(run, name), getattr(nothing, name)
    assert len(empty) == 0
    assert full[:0].dtypes.equals(empty[:0].dtypes)
    assert full.index.name == empty.index.name


def test_incidents_stand_worst_first_under_their_ids(run):
    assert run.incidents.index.is_unique
    order = run.incidents["severity"].cat.codes.tolist()
    assert order == sorted(order, reverse=True)
    hole = run.incidents.query("check == 'missing_bar' and series == 'NQ=F'").iloc[0]
    numbers = list(hole["findings"])
    assert set(run.findings.loc[numbers, "instrument"]) == {"NQ=F"}


def test_series_and_checks_say_what_was_judged_and_what_was_not(run):
    nq = run.series.set_index("instrument").loc["NQ=F"]
    assert (nq["verdict"], nq["bars"], nq["missing_bars"], nq["calendar"]) == ("fail", 49, 12, "CME_Equity")
    assert nq["completeness"] == pytest.approx(48 / 60)
    assert "calendar CME_Equity" in nq["assumed"]
    assert nq["critical"] == len(run.findings.query("instrument == 'NQ=F' and severity == 'critical'"))
    volume = run.checks.query("check == 'zero_volume_run' and instrument == 'EURUSD=X'").iloc[0]
    assert (volume["verdict"], volume["reason"]) == ("not_checked", "the volume of this series is always zero")


def test_bars_are_those_of_the_source(run, sample):
    ours = sample.bars.query("instrument == 'BTC-USD'").set_index("timestamp").drop(columns="instrument")
    everything = run.bars("BTC-USD", context=True)
    pd.testing.assert_frame_equal(everything, ours.loc[everything.index[0] :])
    judged = run.bars("BTC-USD 1m")
    assert len(judged) == run.series.set_index("instrument").loc["BTC-USD", "bars"]
    assert judged.index.dtype == INSTANT
    assert judged.index.duplicated().sum() == 1


def test_the_reference_is_there_where_one_was_given(run, sample):
    theirs = run.reference("NQ=F")
    truth = sample.truth.query("instrument == 'NQ=F'").set_index("timestamp").drop(columns="instrument")
    pd.testing.assert_frame_equal(theirs, truth.loc[theirs.index])
    alone = dq.validate(sample.bars, instruments="NQ=F")
    with pytest.raises(dq.DqError, match="NQ=F 1m has no reference: no reference is given"):
        alone.reference()
    with pytest.raises(dq.DqError, match="it is the source itself"):
        dq.validate(sample.bars, reference=sample.bars)


def test_a_reference_may_be_a_file(tmp_path, sample):
    sample.truth.to_parquet(tmp_path / "truth.parquet")
    run = dq.validate(sample.bars, window="1h", at=NOW, reference=tmp_path / "truth.parquet")
    assert len(run.findings.query("check == 'reference_mismatch'")) == 3


def test_coverage_tells_stretches_apart(run):
    minutes = run.coverage("NQ=F", by="hour")
    assert minutes["missing"].sum() == minutes["hole"].sum() == 12
    assert (minutes["owed"] - minutes["present"]).equals(minutes["missing"])
    assert minutes.index.dtype == INSTANT
    with pytest.raises(dq.DqError, match="by: 'fortnight' is not allowed; it must be one of"):
        run.coverage("NQ=F", by="fortnight")


@pytest.mark.parametrize(
    "owner", [lambda frame: frame, pl.from_pandas, pa.Table.from_pandas], ids=["pandas", "polars", "Arrow"]
)
def test_frames_of_any_owner_are_judged_and_drawn(sample, run, owner):
    told = dq.validate(owner(sample.bars), window="1h", at=NOW, reference=owner(sample.truth))
    pd.testing.assert_frame_equal(told.findings, run.findings)
    pd.testing.assert_frame_equal(told.bars("ES=F"), run.bars("ES=F"))
    assert told.plot("ES=F").to_dict() == run.plot("ES=F").to_dict()


def test_a_plot_shows_a_series_and_zooms_where_it_is_told(run):
    figure = run.plot("BTC-USD")
    assert isinstance(figure, go.Figure)
    spike = run.findings.query("check == 'price_spike'").index[0]
    at = pd.Timestamp("2026-03-12T18:40Z")
    near = run.plot(around=spike)
    assert near.layout.title.text == "BTC-USD 1m"
    assert near.layout.xaxis.range[0] < at.timestamp() * 1000 < near.layout.xaxis.range[1]
    incident = run.incidents.query("check == 'price_spike'").index[0]
    same = run.plot("BTC-USD", around=at), run.plot(around=incident), run.plot("BTC-USD", around=at.isoformat())
    assert {tuple(one.layout.xaxis.range) for one in same} == {tuple(near.layout.xaxis.range)}
    local = run.plot("AAPL", zone="market")
    assert local.layout.xaxis.title.text == "New York"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "This run has 5 series to choose from. Name one of AAPL 1m, BTC-USD 1m"),
        ({"series": "XYZ"}, "This run has no series 'XYZ'. It has AAPL 1m, BTC-USD 1m"),
        ({"around": 999}, "around: there is no finding 999. This run has from 0 to"),
        ({"series": "AAPL", "around": "yesterday"}, "around: 'yesterday' is not an instant"),
        ({"series": "AAPL", "around": 2.5}, "around: 2.5 is not an instant"),
        ({"series": "AAPL", "zone": "Mars"}, "zone: 'Mars' is not a time zone"),
        ({"series": "AAPL", "around": 1}, "around: 1 says nothing of 'AAPL' that could be drawn"),
    ],
)
def test_a_plot_that_cannot_be_says_why(run, asked, said):
    with pytest.raises(dq.DqError) as told:
        run.plot(**asked)
    assert said in f"{told.value.message} {told.value.hint}"
    assert told.value.exit_status == 2


def test_a_run_without_series_says_so(nothing):
    assert nothing.verdict == "pass"
    unread = dq.validate(pd.DataFrame({"timestamp": [1]}))
    assert (unread.verdict, unread.exit_code) == ("unknown", 3)
    assert unread.findings.empty
    with pytest.raises(dq.DqError, match="This run has no series"):
        unread.plot()
    assert "has no column" in repr(unread)
    assert "has no column" in unread._repr_html_()


def test_hints_speak_of_the_call_and_stand_in_tracebacks(sample, run):
    assert "allow_empty=True says" in repr(dq.validate(sample.bars[:0]))
    assert "or leave instruments= out" in repr(dq.validate(sample.bars, instruments="NQF"))
    with pytest.raises(dq.DqError) as told:
        run.plot("btc-usd")
    assert "→ It has AAPL 1m, BTC-USD 1m" in "".join(traceback.format_exception(told.value))


def test_it_is_told_in_lines(run):
    first, *incidents = repr(run).splitlines()
    assert first.startswith("FAIL  7 incidents in 5 of 5 series · 2026-03-12 18:00 – 19:00 UTC · DataFrame (")
    assert len(incidents) == 7
    assert any(
        re.match(r"  critical  NQ=F 1m  2026-03-12 18:20 – 18:31 UTC  missing_bar \[hole\]: 12", one)
        for one in incidents
    )


def test_it_is_told_in_html_in_which_names_are_text(sample):
    evil = "<img src=x onerror=alert(1)>&\"'"
    bars = sample.bars.query("instrument == 'NQ=F'").assign(instrument=evil)
    run = dq.validate(bars, calendar="CME_Equity", series={evil: {"tick": 0.25}})
    told = run._repr_html_()
    assert "<img" not in told
    assert "<script" not in told
    assert "&lt;img src=x" in told
    assert len(told) < 8000
    assert "http" not in told
    assert "<img" not in dq.profile(bars, calendar="CME_Equity")._repr_html_()
    assert run.plot().to_json().count("<img") == 0


def test_json_and_pages_are_those_of_the_command(run, tmp_path):
    document = json.loads(run.to_json())
    assert list(Draft202012Validator(SCHEMA).iter_errors(document)) == []
    page = run.write_docs(tmp_path / "docs")
    assert page == tmp_path / "docs" / "index.html"
    assert "NQ=F" in page.read_text("utf-8")
