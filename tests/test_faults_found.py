"""Every fault is found by the check of its name, where it was put, and by no other."""

import json

import numpy as np
import pytest

from dq.calendars import sessions
from dq.cli import main
from dq.demo import alarms
from dq.demo.instruments import INSTRUMENTS
from dq.demo.walk import span, walk
from dq.faults import Injected, faults
from dq.model import COLUMNS, DAY, MINUTE, instant_text

AS_OF = int(np.datetime64("2026-03-04T15:20", "us").astype(np.int64))
ROW = 2000
CASES = {
    **{name: [{}] for name in faults()},
    "missing_bar": [{"length": 2}, {"length": 90}],
    "duplicate_timestamp": [{"conflicting": True}, {"conflicting": False}],
    "price_spike": [{"size": 0.05}, {"size": -0.05, "length": 3}, {"kind": "close"}, {"kind": "wick", "size": -0.05}],
    "stuck_price": [{"length": 12}, {"filled": True}],
    "null_price": [{}, {"columns": ("close",), "length": 5}],
    "null_volume": [{"length": 4}],
}
ENTAILED = {"low_completeness"}  # what a long hole is besides


def clean(name):
    instrument = next(one for one in INSTRUMENTS if one.name == name)
    bars = walk(instrument, sessions(instrument.calendar, *span(AS_OF)), AS_OF)
    return bars.rows(int(np.searchsorted(bars.timestamp, AS_OF - 3 * DAY)), len(bars))


def write(bars, name, path):
    stamps = np.datetime_as_string(bars.timestamp.astype("datetime64[us]"), timezone="UTC")
    cells = [[f"{value:.10g}" if np.isfinite(value) else "" for value in bars.column(one)] for one in COLUMNS]
    rows = (",".join((name, *row)) for row in zip(stamps, *cells, strict=True))
    path.write_text("\n".join(["instrument,timestamp,open,high,low,close,volume", *rows]) + "\n")


@pytest.fixture
def found(tmp_path, monkeypatch, capsys):
    """What dq says of bars at warning and critical."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DQ_HISTORY", str(tmp_path / "history.sqlite"))

    def judge(bars, name, as_of):
        write(bars, name, tmp_path / "bars.csv")
        main(["validate", "bars.csv", "--format", "json", "--no-history", "--at", instant_text(as_of)])
        return [finding for instrument, finding in alarms(json.loads(capsys.readouterr().out)) if instrument == name]

    return judge


@pytest.mark.parametrize("name", ["BTC-USD", "AAPL"])
def test_nothing_is_found_where_nothing_was_put_in(name, found):
    bars = clean(name)
    assert found(bars, name, int(bars.timestamp[-1]) + 2 * MINUTE) == []


@pytest.mark.parametrize(
    ("fault", "options"),
    [(name, options) for name, several in CASES.items() for options in several if name != "off_session_bar"],
    ids=str,
)
def test_a_fault_is_found_where_it_was_put_and_nothing_else(fault, options, found):
    bars = clean("BTC-USD")
    as_of = int(bars.timestamp[-1]) + 5 * MINUTE // 2
    row = len(bars) - 10 if fault == "stale_series" else ROW
    spoiled, injected = faults()[fault](bars, row, **options)
    assert [one for one in found(spoiled, "BTC-USD", as_of) if one.check not in ENTAILED] == list(injected)


def test_a_bar_of_a_closed_market_is_found(found):
    bars = clean("AAPL")
    row = int(np.flatnonzero(np.diff(bars.timestamp) > MINUTE)[0])
    closed = int(bars.timestamp[row]) + 15 * MINUTE
    spoiled, _ = faults()["off_session_bar"](bars, row, at=closed)
    assert found(spoiled, "AAPL", AS_OF) == [Injected("off_session_bar", closed, closed, 1)]
