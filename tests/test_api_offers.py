"""What `import dq` offers beside `dq.validate`: samples, profiles, self-tests, suites."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

import dq

COLUMNS = ["instrument", "timestamp", "open", "high", "low", "close", "volume"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"length": "400d", "interval": "15m", "instruments": ["AAPL", "EURUSD=X"]},
        {"length": "2d", "at": "2026-03-15T12:00Z"},
    ],
    ids=["the hour of the demo", "a year of mishaps", "a Sunday"],
)
def test_a_sample_has_its_defects_and_no_other(asked):
    bars, truth, defects = dq.sample(**asked)
    assert list(bars) == list(truth) == COLUMNS
    run = dq.validate(bars)
    found = defects.merge(run.findings, on=["check", "instrument", "start"], suffixes=("", "_found"))
    assert len(found) == len(defects) > 2
    assert dq.validate(truth).verdict == "pass"
    again = dq.sample(**asked)
    pd.testing.assert_frame_equal(bars, again.bars)


def test_a_sample_is_as_long_and_as_fine_as_it_is_asked_for():
    bars, truth, defects = dq.sample("3d", interval="5m", instruments=["BTC-USD"], at="2026-01-10T00:00Z")
    assert set(bars["instrument"]) == {"BTC-USD"}
    assert truth["timestamp"].diff().dropna().unique().tolist() == [pd.Timedelta("5min")]
    assert truth["timestamp"].iloc[0] == pd.Timestamp("2026-01-07T00:00Z")
    assert set(defects["instrument"]) == {"BTC-USD"}
    for wrong in ({"interval": "7m"}, {"interval": "1h"}, {"instruments": "GOLD"}, {"length": "4000d"}, {"at": "now"}):
        with pytest.raises(dq.DqError, match=r"^(interval|instruments|length|at): "):
            dq.sample(**wrong)


@pytest.fixture(scope="module")
def sleepy():
    """A coin with two of five minutes at night."""
    lively = dq.sample("8d", instruments="BTC-USD").truth
    kept = (lively["timestamp"].dt.hour >= 6) | (np.random.default_rng(7).random(len(lively)) < 0.4)
    return lively[kept].assign(instrument="SLEEPY-USD")


def test_a_profile_knows_the_quiet_hours(sleepy):
    profile = dq.profile(sleepy)
    (one,) = profile.series.to_dict("records")
    assert (one["instrument"], one["calendar"], one["quiet"]) == ("SLEEPY-USD", "24/7", (0, 1, 2, 3, 4, 5))
    assert profile.hours.shape == (1, 24)
    assert profile.hours.loc["SLEEPY-USD 1m", 12] == 1.0
    assert profile.hours.loc["SLEEPY-USD 1m", 2] == pytest.approx(0.4, abs=0.05)
    assert isinstance(profile.plot(), go.Figure)
    assert "SLEEPY-USD 1m" in profile._repr_html_()
    assert profile.weekdays.empty
    assert profile.errors == ()


def test_a_profile_of_days_has_weekdays():
    days = pd.date_range("2026-01-01", periods=60, freq="D", tz="UTC")
    price = 100 + np.random.default_rng(1).normal(0, 1, 60).cumsum()
    bars = pd.DataFrame({"instrument": "ETH-USD", "timestamp": days, "open": price, "high": price + 1})
    profile = dq.profile(bars.assign(low=price - 1, close=price + 0.5, volume=10.0))
    assert profile.hours.empty
    assert profile.weekdays.columns[0] == "Mon"
    assert isinstance(profile.plot(), go.Figure)


def test_a_self_test_scores_checks_and_names_what_was_missed(sleepy, tmp_path):
    lax = {"type": "expect_no_missing_bar", "kwargs": {"longer_than": "2h"}, "severity": "critical"}
    spikes = {"type": "expect_no_price_spike", "kwargs": {}, "severity": "critical"}
    path = tmp_path / "lax.json"
    path.write_text(json.dumps({"name": "lax", "expectations": [lax, spikes]}))
    question = {"window": "1d", "at": sleepy["timestamp"].max(), "each": 2, "seed": 0, "progress": False}
    tried = dq.selftest(sleepy, suite=path, **question)
    assert (tried.verdict, tried.exit_code, tried.errors) == ("fail", 1, ())
    assert tried.checks.loc["price_spike", ["injected", "caught", "false_alarms"]].tolist() == [2, 2, 0]
    assert tried.checks.loc["missing_bar", ["injected", "caught"]].tolist() == [2, 0]
    assert tried.checks.loc["stuck_price", "reason"] == "not asked by the suite lax"
    assert tried.missed["check"].tolist() == ["missing_bar"] * 2
    assert "missing_bar" in tried._repr_html_()
    assert repr(tried).startswith("FAIL  2 of 4 defects caught, no false alarm")
    path.write_text(path.read_text().replace("2h", "2m"))  # edited between two calls of one kernel
    assert dq.selftest(sleepy, suite=path, **question).verdict == "pass"


def test_wrong_questions_are_refused_with_every_fault(sleepy):
    with pytest.raises(dq.DqError, match=r"(?s)2 faults in the call:.*window: 5.*each: 0"):
        dq.selftest(sleepy, each=0, window=5)
    with pytest.raises(dq.DqError, match="There is no calendar 'XNYZ'"):
        dq.profile(sleepy, calendar="XNYZ")
    with pytest.raises(dq.DqError, match=r"nowhere\.csv"):
        dq.profile("nowhere.csv")


def test_a_suite_is_altered_saved_and_applied(sleepy, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    suite = dq.suite("ohlc_1m")
    entry = {"type": "expect_no_missing_bar", "kwargs": {"longer_than": "1h"}, "severity": "critical"}
    suite["expectations"] = [entry]
    suite["name"] = "mine"
    (tmp_path / "expectations").mkdir()
    (tmp_path / "expectations" / "mine.json").write_text(json.dumps(suite))
    assert dq.suite("mine") == suite
    assert dq.validate(sleepy, suite="mine").verdict == "pass"
    assert dq.suite("ohlc_1m")["expectations"] != [entry]
    with pytest.raises(dq.DqError, match="There is no suite 'theirs'"):
        dq.suite("theirs")


def test_what_is_offered_is_there_whatever_was_imported_before():
    import dq.demo
    import dq.run
    import dq.trials

    assert all(callable(getattr(dq, name)) for name in ("validate", "profile", "selftest", "sample", "suite", "Run"))
