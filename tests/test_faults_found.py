"""Every fault is found by the check of its name, where it was put, and by no other."""

import json

import numpy as np
import pytest

from dq.calendars import sessions
from dq.cli import main
from dq.demo import alarms
from dq.demo.instruments import INSTRUMENTS
from dq.demo.walk import span, walk
from dq.faults import Injected, entailed, faults
from dq.model import COLUMNS, DAY, HOUR, MINUTE, instant_text

AS_OF = int(np.datetime64("2026-03-04T15:20", "us").astype(np.int64))
ROW = 2000
CASES = {
    **{name: [{}] for name in faults()},
    "missing_bar": [{"length": 2}, {"length": 90}],
    "low_completeness": [{"length": 250}],
    "duplicate_timestamp": [{"conflicting": True}, {"conflicting": False}],
    "price_spike": [{"size": 0.05}, {"size": -0.05, "length": 3}, {"kind": "close"}, {"kind": "wick", "size": -0.05}],
    "scale_error": [{}, {"length": 20, "factor": 0.01}, {"length": 3, "factor": 1000.0}],
    "price_jump": [{}, {"size": -0.02}],
    "stuck_price": [{"length": 12}, {"filled": True}],
    "null_price": [{}, {"columns": ("close",), "length": 5}],
    "null_volume": [{"length": 4}],
    "precision_loss": [{}, {"single": True}],
    "zero_volume_run": [{}, {"length": 90}],
}
NEED_A_NIGHT = {"off_session_bar", "split_jump", "dst_shift"}


def clean(name):
    instrument = next(one for one in INSTRUMENTS if one.name == name)
    bars = walk(instrument, sessions(instrument.calendar, *span(AS_OF)), AS_OF)
    return bars.rows(int(np.searchsorted(bars.timestamp, AS_OF - 3 * DAY)), len(bars))


def write(bars, name, path):
    stamps = np.datetime_as_string(bars.timestamp.astype("datetime64[us]"), timezone="UTC")
    cells = [[repr(value) if np.isfinite(value) else "" for value in bars.column(one).tolist()] for one in COLUMNS]
    rows = (",".join((name, *row)) for row in zip(stamps, *cells, strict=True))
    path.write_text("\n".join(["instrument,timestamp,open,high,low,close,volume", *rows]) + "\n")


@pytest.fixture
def found(tmp_path, monkeypatch, capsys):
    """What dq says of bars at warning and critical, and whatever it says by the check `also`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DQ_HISTORY", str(tmp_path / "history.sqlite"))

    def judge(bars, name, as_of, also=None):
        write(bars, name, tmp_path / "bars.csv")
        main(["validate", "bars.csv", "--format", "json", "--no-history", "--at", instant_text(as_of)])
        report = json.loads(capsys.readouterr().out)
        for one in report["findings"]:
            one["severity"] = "warning" if one["check"] == also else one["severity"]
        return [finding for instrument, finding in alarms(report) if instrument == name]

    return judge


@pytest.mark.parametrize("name", ["BTC-USD", "AAPL"])
def test_nothing_is_found_where_nothing_was_put_in(name, found):
    bars = clean(name)
    assert found(bars, name, int(bars.timestamp[-1]) + 2 * MINUTE) == []


@pytest.mark.parametrize(
    ("fault", "options"),
    [(name, options) for name, several in CASES.items() for options in several if name not in NEED_A_NIGHT],
    ids=str,
)
def test_a_fault_is_found_where_it_was_put_and_nothing_else(fault, options, found):
    bars = clean("BTC-USD")
    as_of = int(bars.timestamp[-1]) + 5 * MINUTE // 2
    row = len(bars) - 10 if fault == "stale_series" else ROW
    spoiled, injected = faults()[fault](bars, row, **options)
    told = found(spoiled, "BTC-USD", as_of, also=fault)
    assert [one for one in told if one.check not in entailed(fault)] == list(injected)


def test_a_bar_of_a_closed_market_is_found(found):
    bars = clean("AAPL")
    row = int(np.flatnonzero(np.diff(bars.timestamp) > MINUTE)[0])
    closed = int(bars.timestamp[row]) + 15 * MINUTE
    spoiled, _ = faults()["off_session_bar"](bars, row, at=closed)
    assert found(spoiled, "AAPL", AS_OF) == [Injected("off_session_bar", closed, closed, 1)]


@pytest.mark.parametrize("ratio", [2.0, 1.5, 0.1, 20.0])
def test_a_split_over_a_night_is_found(ratio, found):
    bars = clean("AAPL")
    row = int(np.flatnonzero(np.diff(bars.timestamp) > MINUTE)[-1]) + 1
    spoiled, injected = faults()["split_jump"](bars, row, ratio=ratio)
    told = found(spoiled, "AAPL", int(bars.timestamp[-1]) + 2 * MINUTE)
    assert [one for one in told if one.check not in entailed("split_jump")] == list(injected)


@pytest.mark.parametrize("offset", [HOUR, -HOUR])
def test_a_session_at_the_wrong_hour_is_found(offset, found):
    bars = clean("AAPL")
    first, following = (np.flatnonzero(np.diff(bars.timestamp) > HOUR) + 1).tolist()[-2:]
    spoiled, injected = faults()["dst_shift"](bars, first, length=following - first, offset=offset)
    assert found(spoiled, "AAPL", int(bars.timestamp[-1]) + 2 * MINUTE) == list(injected)
