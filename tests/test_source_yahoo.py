"""Yahoo as a source: what is asked, what is read, and within which limits; against a server of Yahoo's shape."""

import gc
import logging
import os
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest
from yahoo_desk import AT, NOW, desk, shell, yahoo
from yahoo_server import prices

from dq.model import COLUMNS, DAY, HOUR, MINUTE, SettingsError
from dq.sources import Access, Wanted, open_source
from dq.sources.yahoo.limits import usual_delay

__all__ = ["desk", "shell", "yahoo"]  # fixtures


def opened(url="yahoo:BTC-USD", **more):
    return open_source(Access(url, now=AT, **more))


def read(source, *spans, name="BTC-USD"):
    (rows,) = source.read([Wanted(name, spans)])
    return rows.bars


def test_the_bars_are_those_that_yahoo_has(yahoo):
    with opened() as source:
        bars = read(source, (AT - HOUR, AT))
    expected = prices(np.arange(NOW - 3600, NOW, 60), 60)
    assert bars.timestamp.tolist() == list(range(AT - HOUR, AT, MINUTE))
    assert all((bars.column(name) == expected[name]).all() for name in COLUMNS)
    assert not bars.arrival


def test_a_window_and_its_context_are_one_request(yahoo):
    with opened() as source:
        (listed,) = source.listed(AT - 14 * DAY, AT)
        read(source, (AT - HOUR - 500 * MINUTE, None))
    assert (len(listed.stamps), int(listed.stamps[-1]), listed.interval) == (200, AT - MINUTE, MINUTE)
    assert len(yahoo.asked) == 1


def test_a_request_for_minutes_spans_seven_days_at_most(yahoo):
    with opened() as source:
        bars = read(source, (AT - 20 * DAY, AT))
    assert max(end - start for _, _, start, end, _ in yahoo.asked) <= 7 * 86_400
    assert len(bars) == 20 * 1440
    assert (np.diff(bars.timestamp) == MINUTE).all()


@pytest.mark.parametrize(
    ("interval", "back"), [(MINUTE, 30 * DAY), (2 * MINUTE, 60 * DAY), (90 * MINUTE, 60 * DAY), (HOUR, 730 * DAY)]
)
def test_what_lies_before_yahoos_limit_is_left_out_and_said(yahoo, interval, back):
    with opened(intervals={"": interval}) as source:
        bars = read(source, (AT - back - 9 * DAY, AT))
        (note,) = source.notes
    assert AT - back < bars.timestamp[0] < AT - back + HOUR + interval
    assert note.startswith("Yahoo gives ")
    assert "alone: BTC-USD was read from" in note


def test_a_profile_is_cut_without_a_word(yahoo):
    with opened() as source:
        ((_, stamps),) = source.stamps([Wanted("BTC-USD", ((AT - 45 * DAY, AT),))])
        assert source.notes == []
    assert stamps[0] > AT - 30 * DAY


def test_days_go_back_to_the_beginning(yahoo):
    with opened(intervals={"BTC-USD": DAY}) as source:
        bars = read(source, (AT - 25 * 365 * DAY, AT))
    assert len(yahoo.asked) == 3
    assert len(bars) == 25 * 365


def test_half_hours_are_made_of_quarters(yahoo):
    with opened(intervals={"": 30 * MINUTE}) as source:
        bars = read(source, (AT // HOUR * HOUR - 6 * HOUR, AT // HOUR * HOUR))
    quarters = prices(np.arange(NOW // 3600 * 3600 - 6 * 3600, NOW // 3600 * 3600, 900), 900)
    assert {asked[1] for asked in yahoo.asked} == {"15m"}
    assert len(bars) == 12
    assert (bars.open == quarters["open"][::2]).all()
    assert (bars.close == quarters["close"][1::2]).all()
    assert (bars.high == quarters["high"].reshape(-1, 2).max(axis=1)).all()
    assert (bars.low == quarters["low"].reshape(-1, 2).min(axis=1)).all()
    assert (bars.volume == quarters["volume"].reshape(-1, 2).sum(axis=1)).all()


def test_hours_before_and_after_are_asked_for_where_they_are_wanted(yahoo):
    with opened("yahoo:BTC-USD,ETH-USD", extended_hours=frozenset({"ETH-USD"})) as source:
        source.listed(AT - DAY, AT)
    assert [(symbol, wide) for symbol, *_, wide in yahoo.asked] == [("BTC-USD", False), ("ETH-USD", True)]


def test_rows_without_a_price_are_no_bars(yahoo):
    yahoo.faults = {"BTC-USD": ["priceless"]}
    with opened() as source:
        bars = read(source, (AT - HOUR, AT))
        assert source.notes == ["Rows of Yahoo without any price are no bars: 3 of BTC-USD."]
    assert len(bars) == 57
    assert not np.isnan(bars.close).any()


def test_the_bar_that_is_forming_is_no_bar_yet(yahoo):
    yahoo.live = True
    with opened() as source:
        bars = read(source, (AT - HOUR, None))
    assert bars.timestamp[-1] == AT - 2 * MINUTE


@pytest.mark.parametrize(
    ("symbol", "delay"), [("NQ=F", 10 * MINUTE), ("VOD.L", 20 * MINUTE), ("AAPL", 0), ("EURUSD=X", 0), ("BTC-USD", 0)]
)
def test_it_is_known_which_quotes_are_late(symbol, delay):
    assert usual_delay(symbol) == delay


@pytest.mark.parametrize("url", ["yahoo:NQ=F,,ES=F", "yahoo:NQ=F ES=F", "yahoo:../x", "yahoo:a/b", "yahoo:,"])
def test_what_cannot_be_symbols_is_a_wrong_question(url):
    with pytest.raises(SettingsError, match="names no symbols"):
        open_source(Access(url))


def test_bars_that_yahoo_does_not_have_are_a_wrong_question():
    with pytest.raises(SettingsError, match="no bars of 3m"):
        open_source(Access("yahoo:NQ=F", intervals={"": 3 * MINUTE}))


def test_nobody_elses_session_or_log_is_touched(yahoo, caplog, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    from yfinance.data import YfData

    before, level = YfData._instances.get(YfData), logging.getLogger("yfinance").level
    caplog.set_level(logging.DEBUG)
    with opened() as source:
        read(source, (AT - HOUR, AT))
    assert YfData._instances.get(YfData) is before
    assert logging.getLogger("yfinance").level == level
    assert not [record for record in caplog.records if record.name.startswith("yfinance")]
    assert yahoo.visits["/query1.finance.yahoo.com/v1/test/getcrumb"] == 1
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_behind(yahoo):
    def sockets():
        return len(list(Path("/proc/self/fd").iterdir()))

    def once():
        with opened() as source:
            source.listed(AT - DAY, AT)

    once()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gc.collect()
        before = sockets()
        for _ in range(8):  # a leak of one each would be seen
            once()
        gc.collect()
    assert sockets() <= before + 2  # the server's own end of the last connections
    assert not [thread for thread in threading.enumerate() if thread.name == "dq-yahoo"]


def test_clean_bars_pass(shell, yahoo):
    answer = shell.json("yahoo:BTC-USD,ETH-USD", "--window", "1h")
    assert (answer.status, answer.err) == (0, "")
    assert [series["instrument"] for series in answer.report["series"]] == ["BTC-USD", "ETH-USD"]
    assert answer.report["run"]["source"] == "Yahoo (BTC-USD, ETH-USD)"
    assert len(yahoo.asked) == 2


def test_an_open_market_raises_no_alarm(desk, yahoo):
    yahoo.live = True
    answer = desk.json("yahoo:BTC-USD", "--at", f"{np.datetime64(yahoo.now, 's')}Z")
    assert (answer.status, answer.report["findings"]) == (0, [])


def test_futures_are_not_stale_because_they_are_late(desk, yahoo):
    yahoo.symbols = {"NQ=F": range(yahoo.now - 600, yahoo.now + 60, 60)}
    report = desk.json("yahoo:NQ=F", "--calendar", "24/7").report
    assert report["findings"] == []
    assert "delay 10m" in report["series"][0]["assumed"]
    desk.write("dq.toml", '[series."NQ=F"]\ndelay = "0s"\n')
    assert {one["check"] for one in desk.json("yahoo:NQ=F", "--calendar", "24/7").report["findings"]} >= {
        "stale_series"
    }


def test_a_hole_is_a_hole(desk, yahoo):
    yahoo.symbols = {"BTC-USD": range(yahoo.now - 1800, yahoo.now - 1200, 60)}
    report = desk.json("yahoo:BTC-USD").report
    assert ("missing_bar", "hole", 10) in {(one["check"], one["cause"], one["count"]) for one in report["findings"]}
    assert len(yahoo.asked) == 3  # the 20 sessions before are looked at


def test_settings_say_the_interval_and_their_series_are_not_meant(desk, yahoo):
    desk.write("dq.toml", '[series."ETH-USD"]\ninterval = "5m"\n[series."BTC-USD"]\ninterval = "15m"\n')
    report = desk.json("yahoo:BTC-USD", "--window", "1d").report
    assert [(series["instrument"], series["interval"]) for series in report["series"]] == [("BTC-USD", "15m")]


def test_a_home_that_cannot_be_written_does_no_harm(shell, yahoo):
    home = shell.folder / "nothing"
    answer = shell.json("yahoo:BTC-USD", HOME=str(home), XDG_CACHE_HOME="/proc/nowhere")
    assert (answer.status, answer.err) == (0, "")
    assert not home.exists()
    assert os.listdir(shell.folder) == []  # noqa: PTH208  hidden ones too
