"""From bars to a telephone: runs judge, the history keeps what is to be told, the courier brings it."""

from dataclasses import replace

import numpy as np
import pytest
from alert_sinks import web_sink
from market_samples import NOON, taken, walk
from validate_support import csv_of

from dq import __version__
from dq.alerts.courier import Delivered, deliver
from dq.history import open_history
from dq.model import MINUTE
from dq.run import asked_of, validate
from dq.settings import AlertSettings, read_settings

QUESTION = {"window": 30 * MINUTE, "fail_on": "warning", "allow_empty": False, "jobs": 1, "no_history": False}
LAST = 120


@pytest.fixture
def web():
    with web_sink() as sink:
        yield sink


@pytest.fixture
def ask(tmp_path):
    """Judge bars as of a minute, tell those channels, and send what is due by the courier of that minute."""
    settings = read_settings({"DQ_HISTORY": str(tmp_path / "history.sqlite"), "HOME": str(tmp_path)}, tmp_path)
    settings = replace(settings, pages="https://dq.example.com", cache=tmp_path / "sessions")
    bars = walk(LAST + 60)
    none = dict.fromkeys(("begin", "end", "suite", "interval", "calendar", "reference"))

    def answer(minute, channels, *, until=None, sending=True, spoiled=None):
        there = taken(bars, np.arange(minute if until is None else until))
        rows = csv_of(there).splitlines(keepends=True)
        if spoiled is not None:
            instrument, stamp, _, *prices = rows[spoiled + 1].split(",")
            rows[spoiled + 1] = ",".join([instrument, stamp, "0.01", *prices])
        (tmp_path / "bars.csv").write_text("".join(rows), "utf-8")
        now = NOON + minute * MINUTE + MINUTE
        said = QUESTION | none | {"source": str(tmp_path / "bars.csv"), "at": now, "instruments": ()}
        asked = replace(asked_of(settings, said, now=now, folder=tmp_path), channels=tuple(channels))
        run = validate(asked, __version__).run
        with open_history(settings.history) as history:
            done = deliver(history, channels, lambda: now) if sending else Delivered(0, {})
            return run, done, history.parcels()

    return answer


def test_an_outage_is_told_when_it_begins_and_when_it_is_over(ask, web):
    desk, pager = web.channel(), web.channel("pager", min_severity="critical")
    assert ask(LAST, [desk, pager])[0].verdict == "pass"
    for minute in range(LAST + 3, LAST + 12):
        ask(minute, [desk, pager], until=LAST)
    for minute in range(LAST + 12, LAST + 30, 3):
        ask(minute, [desk, pager])
    told = [(one["channel"], one["what"], one["severity"]) for one in web.got]
    assert [each[1:] for each in told if each[0] == "pager"] == [("opened", "critical"), ("resolved", "critical")]
    assert [each[1:] for each in told if each[0] == "desk"] == [
        ("opened", "warning"),
        ("worse", "critical"),
        ("resolved", "critical"),
    ]
    assert len(set(web.ids)) == len(web.got) == 5
    first, last = web.got[0], web.got[-1]
    assert first["title"].startswith("Warning BTC-USD: no bars since ")
    assert f"https://dq.example.com/incidents/{first['incident']}.html" in first["message"]
    assert last["title"].startswith("Resolved BTC-USD: ")
    assert "Ended: " in last["message"]


def test_a_channel_that_is_down_is_told_to_the_others_and_when_it_is_back(ask, web):
    with web_sink() as down:
        desk, pager = web.channel(), down.channel("pager")
        down.always = 503
        for minute in range(LAST + 8, LAST + 16):
            ask(minute, [desk, pager], until=LAST)
        titles = [one["title"] for one in web.got if one["source"] == "alerts"]
        assert titles == ["Warning dq: channel pager cannot be reached"]
        down.always = 200
        for minute in range(LAST + 16, LAST + 26):
            ask(minute, [desk, pager], until=LAST)
        assert [one["title"] for one in web.got if one["source"] == "alerts"][1:] == [
            "Resolved dq: channel pager cannot be reached, after 6 min"
        ]
        assert [one["what"] for one in down.got if one["source"] != "alerts"] == ["opened"]


def test_bars_that_nobody_mends_are_over_and_not_resolved(ask, web):
    for minute in (2, 4, 33, 36, 40):
        ask(LAST + minute, [web.channel()], spoiled=LAST)
    told = [one for one in web.got if "inconsistent ohlc" in one["title"]]
    assert [(one["what"], one["type"]) for one in told] == [("opened", "failure"), ("resolved", "info")]
    assert told[1]["title"] == "Over BTC-USD: inconsistent ohlc, 14:00 UTC, not seen mended"
    assert "What to do: Fetch these bars again" in told[1]["message"]


def test_runs_that_tell_nobody_write_no_message(ask):
    assert ask(LAST + 10, [], until=LAST)[2] == ()
    assert len(ask(LAST + 11, [AlertSettings("json://127.0.0.1:9", "desk")], until=LAST, sending=False)[2]) == 1
